"""recordlinkage's unsupervised ECM classifier on febrl3, as its documentation uses it, with connected components.

    python recordlinkage_ecm.py FOLDER OUT
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import recordlinkage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

import datasets


def main():
    folder, out = sys.argv[1], Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    records = datasets.load("febrl3", folder)
    indexer = recordlinkage.Index()
    for column in ["given_name", "surname", "date_of_birth", "soc_sec_id", "postcode"]:
        indexer.block(column)
    pairs = indexer.index(records)
    compare = recordlinkage.Compare()
    for column in ["given_name", "surname"]:
        compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    for column in ["date_of_birth", "soc_sec_id", "postcode", "street_number", "suburb", "state"]:
        compare.exact(column, column, label=column)
    compare.string("address_1", "address_1", threshold=0.85, label="address_1")
    features = compare.compute(pairs, records)
    matches = recordlinkage.ECMClassifier().fit_predict(features)
    left, right = matches.get_level_values(0), matches.get_level_values(1)
    graph = coo_matrix((np.ones(len(matches)), (left, right)), shape=(len(records), len(records)))
    found = connected_components(graph, directed=False)[1]
    pd.DataFrame({"record": records["record"], "cluster": found.astype(str)}).to_parquet(out / "clusters.parquet")
    (out / "time.json").write_text(json.dumps({"seconds": time.monotonic() - started, "pairs": len(pairs)}))


if __name__ == "__main__":
    main()
