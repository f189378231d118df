"""Answers every question of a folder of SQL files on a star, as one JSON object: file name to column names and rows.

Usage: answer.py STAR_FOLDER SQL_FOLDER. Needs the `duckdb` package.
"""

import json
import pathlib
import sys

import duckdb


def main(star: str, questions: str) -> None:
    connection = duckdb.connect()
    connection.execute("SET file_search_path = '" + star.replace("'", "''") + "'")
    folder = pathlib.Path(questions)
    connection.execute((folder / "views.sql").read_text())
    answers = {}
    for file in sorted(folder.glob("*.sql")):
        if file.name == "views.sql":
            continue
        result = connection.execute(file.read_text())
        columns = [column[0] for column in result.description]
        answers[file.stem] = {"columns": columns, "rows": [list(row) for row in result.fetchall()]}
    json.dump(answers, sys.stdout, default=str)


if __name__ == "__main__":
    main(*sys.argv[1:3])
