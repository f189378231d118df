"""The one scorer for all tools: it sees who each record is and which records a tool put together, and nothing of the tool.

What comes in: two arrays of labels, one entry per record. What goes out: pairwise precision, recall and F1 of the clusters, B-cubed F1 (Bagga and
Baldwin 1998), and a 95% interval of the pairwise F1 from resampling true entities.
"""

import numpy as np
import pandas as pd


def pairs(sizes):
    """Pairs among groups of these sizes."""
    return (sizes * (sizes - 1) / 2).sum()


def score(truth, found, resamples=200):
    """Scores clusters against truth; `found` and `truth` hold a label per record."""
    table = pd.DataFrame({"truth": pd.factorize(np.asarray(truth))[0], "found": pd.factorize(np.asarray(found))[0]})
    both = table.groupby(["truth", "found"]).size().rename("both").reset_index()
    of_truth, of_found = table["truth"].value_counts(), table["found"].value_counts()
    right, wanted, made = pairs(both["both"]), pairs(of_truth), pairs(of_found)
    sizes_true, sizes_found = both["truth"].map(of_truth), both["found"].map(of_found)
    b_precision = (both["both"] ** 2 / sizes_found).sum() / len(table)
    b_recall = (both["both"] ** 2 / sizes_true).sum() / len(table)
    # What each true entity contributes; a false pair belongs half to each of its two entities.
    shares = pd.DataFrame({
        "truth": both["truth"],
        "right": both["both"] * (both["both"] - 1) / 2,
        "false": both["both"] * (sizes_found - both["both"]) / 2,
    }).groupby("truth").sum()
    shares["wanted"] = of_truth.sort_index() * (of_truth.sort_index() - 1) / 2
    values, random = shares.to_numpy(), np.random.default_rng(1)
    drawn = [values[random.integers(0, len(values), len(values))].sum(axis=0) for _ in range(resamples)]
    f1s = [f1(r, r + false, w) for r, false, w in drawn]
    return {
        "precision": right / made if made else 1.0,
        "recall": right / wanted if wanted else 1.0,
        "f1": f1(right, made, wanted),
        "b_cubed": 2 * b_precision * b_recall / (b_precision + b_recall),
        "low": float(np.quantile(f1s, 0.025)),
        "high": float(np.quantile(f1s, 0.975)),
    }


def f1(right, made, wanted):
    """F1 of so many right pairs among those made and those wanted."""
    return 2 * right / (made + wanted) if made + wanted else 1.0
