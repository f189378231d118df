"""The supervised oracle: gradient boosting on the engine's own candidates, average linkage on its log-odds, against the engine without a label.

What comes in: two multi-agency folders (multi_agency.py on counties of two seeds) and for each what `cargo bench --bench candidates` wrote: the model
learns on the first and is measured on the second. What goes out: a line each for the oracle with average linkage, with connected components, and for fwt.

    python oracle.py FWT TRAIN TRAIN_CANDIDATES TEST TEST_CANDIDATES
"""

import heapq
import sys
from collections import defaultdict
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

import datasets
import run
from score import score

# What a pair that was never a candidate says, and from where a pair joins a component, in bits (linkage.md §4 of the design).
NEVER_COMPARED = -2.0
FLOOR = -4.0


def similarity(left, right):
    """Shares of the letters that two texts have in common, in pairs of neighbours (Dice)."""
    def bigrams(text):
        return {text[i:i + 2] for i in range(len(text) - 1)} if isinstance(text, str) else None
    known = {}
    result = np.full(len(left), np.nan, dtype=np.float32)
    for position, pair in enumerate(zip(left, right)):
        if pair not in known:
            a, b = bigrams(pair[0]), bigrams(pair[1])
            known[pair] = np.nan if not a or not b else 2 * len(a & b) / (len(a) + len(b))
        result[position] = known[pair]
    return result


def read(folder, candidates):
    """Records in the order of their nodes, pairs with features, and whether each pair is one person."""
    records = datasets.load("multi_agency", folder)
    nodes = pd.read_csv(Path(candidates) / "nodes.csv", dtype={"source": str, "record_id": str})
    nodes = nodes.merge(records, on=["source", "record_id"]).sort_values(["node", "source", "record_id"])
    first = nodes.drop_duplicates("node").set_index("node")
    pairs = pd.read_csv(Path(candidates) / "pairs.csv")
    levels = [column for column in pairs.columns if column not in ("left", "right") and pairs[column].any()]
    features = pairs[levels].astype(np.int16)
    year = pd.to_numeric(first["date_of_birth"].str[:4], errors="coerce")
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    features["years_apart"] = (year.loc[left].to_numpy() - year.loc[right].to_numpy()).__abs__()
    names = {}
    for column in ["forename", "surname"]:
        folded = first[column].str.upper()
        share = np.log2(folded.map(folded.value_counts()) / folded.notna().sum())
        features[f"{column}_share"] = np.fmax(share.loc[left].to_numpy(), share.loc[right].to_numpy())
        names[column] = folded
    for column in ["forename", "surname"]:
        features[f"{column}_letters"] = similarity(names[column].loc[left].to_numpy(), names[column].loc[right].to_numpy())
    features["address_letters"] = similarity(first["address"].str.upper().loc[left].to_numpy(), first["address"].str.upper().loc[right].to_numpy())
    for column in ["source", "role"]:
        codes = pd.Series(pd.Categorical(first[column]).codes, index=first.index)
        low, high = np.minimum(codes.loc[left], codes.loc[right].to_numpy()), np.maximum(codes.loc[left], codes.loc[right].to_numpy())
        features[f"{column}_low"], features[f"{column}_high"] = low.to_numpy(), high.to_numpy()
    features["present"] = (pairs[levels] > 0).sum(axis=1)
    same = first["entity"].loc[left].to_numpy() == first["entity"].loc[right].to_numpy()
    return nodes, pairs[["left", "right"]], features, same


def average_linkage(pairs, bits, size):
    """Merges the two clusters of highest mean log-odds over all their cross pairs while that mean is above 0."""
    of_node = np.arange(size)
    kept = pairs[bits >= FLOOR]
    graph = coo_matrix((np.ones(len(kept)), (kept["left"], kept["right"])), shape=(size, size))
    component = connected_components(graph, directed=False)[1]
    inside = component[pairs["left"].to_numpy()] == component[pairs["right"].to_numpy()]
    sums = defaultdict(dict)
    for left, right, weight in zip(pairs["left"][inside], pairs["right"][inside], bits[inside]):
        # What is said about a pair is above or below what nothing being said would count.
        sums[left][right] = sums[right][left] = weight - NEVER_COMPARED
    members = {node: [node] for node in sums}
    mean = lambda a, b: sums[a][b] / (len(members[a]) * len(members[b])) + NEVER_COMPARED
    heap = [(-mean(a, b), a, b) for a in sums for b in sums[a] if a < b]
    heapq.heapify(heap)
    while heap:
        weight, a, b = heapq.heappop(heap)
        if weight >= 0:
            break
        if a not in members or b not in members or b not in sums[a] or -mean(a, b) != weight:
            continue
        members[a] += members.pop(b)
        sums[a].pop(b)
        for other, value in sums.pop(b).items():
            if other != a:
                sums[other].pop(b)
                sums[a][other] = sums[other][a] = sums[a].get(other, 0.0) + value
        for other in sums[a]:
            heapq.heappush(heap, (-mean(min(a, other), max(a, other)), min(a, other), max(a, other)))
    for leader, nodes in members.items():
        of_node[nodes] = leader
    return of_node


def show(name, figures):
    """A line of the result."""
    print(f"| {name} | {figures['f1']:.4f} ({figures['low']:.4f}–{figures['high']:.4f}) | {figures['precision']:.4f} | {figures['recall']:.4f} | {figures['b_cubed']:.4f} |")


def main():
    program, train, train_candidates, test, test_candidates = sys.argv[1:]
    _, _, features, same = read(train, train_candidates)
    model = lightgbm.LGBMClassifier(n_estimators=400, learning_rate=0.05, num_leaves=63, min_child_samples=50, random_state=1, verbose=-1)
    model.fit(features, same)
    nodes, pairs, test_features, _ = read(test, test_candidates)
    probability = np.clip(model.predict_proba(test_features[features.columns])[:, 1], 1e-9, 1 - 1e-9)
    bits = np.log2(probability / (1 - probability))
    size = int(nodes["node"].max()) + 1
    print("| clusters of | F1 (95% interval) | precision | recall | B³ |\n|---|---|---|---|---|")
    linked = average_linkage(pairs, bits, size)
    show("the oracle, average linkage", score(nodes["entity"], linked[nodes["node"]]))
    sure = pairs[bits >= 0]
    graph = coo_matrix((np.ones(len(sure)), (sure["left"], sure["right"])), shape=(size, size))
    show("the oracle, connected components", score(nodes["entity"], connected_components(graph, directed=False)[1][nodes["node"]]))
    work = Path(test_candidates)
    figures = run.fwt(program, "multi_agency", Path(test), work, datasets.load("multi_agency", test)[["record", "entity"]])
    show("fwt, nothing configured", figures)


if __name__ == "__main__":
    main()
