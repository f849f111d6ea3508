"""Shared dimensions (METHOD 11.1) in plain NumPy, f64, written for clarity: makes tests/cases/shared.

Run from anywhere: python3 tests/reference/shared_dimensions.py (NumPy 2 is all it needs). The same seed
writes the same files, so a change of theirs is a change of the method. With two folders as arguments,
`shared_dimensions.py STUDY EXPECTED`, it analyses the arrays STUDY/activations_NETWORK__LAYER.npy, each
network a group of its own, and compares what it gives with the tables EXPECTED/shared_*.csv.
"""

import csv
import json
import pathlib
import sys

import numpy as np

from reference import CASES, components, folds, gram_of_rdm, mixed, pearson, rdm, score

MOST, LOADED, SHUFFLES = 30, 10, 100


def operators(k, train, test):
    """P and B of one network on a fold: what it gives back of an ordering, in sample and for other stimuli."""
    m = len(train)
    rows = k[np.ix_(train, train)]
    inner = rows - rows.mean(0) - rows.mean(1)[:, None] + rows.mean()
    across = k[np.ix_(test, train)]
    across = across - across.mean(1)[:, None] - rows.mean(0) + rows.mean()
    alpha = np.trace(inner) / m
    w = np.linalg.inv(inner + alpha * np.eye(m))
    p = np.eye(m) - alpha * w
    return (p + p.T) / 2, across @ w


def weights(groups):
    """Every group counts the same, and so does every network in it."""
    names = list(groups.values())
    return np.array([1 / (len(set(names)) * names.count(name)) for name in names])


def leading(m, count):
    values, vectors = np.linalg.eigh(m)
    return values[::-1][:count], vectors[:, ::-1][:, :count]


def mean_of(matrices, w):
    return sum(weight * matrix for weight, matrix in zip(w, matrices))


def match(shown, found):
    """For each column of one the column of the other that it goes with, and how closely."""
    left, partners, closeness = list(range(found.shape[1])), [], []
    for d in range(shown.shape[1]):
        r = [abs(pearson(shown[:, d], found[:, e])) for e in left]
        best = int(np.argmax(r))
        partners.append(left.pop(best))
        closeness.append(r[best])
    return partners, np.array(closeness)


def agreements(coordinates, groups, w):
    """Of each network's coordinates with the weighted mean of the others' (networks x dimensions)."""
    names = np.array(list(groups.values()))
    found = []
    for own, name in zip(coordinates, names):
        others = w * (names != name)
        found.append(pearson(own, mean_of(coordinates, others / others.sum())))
    return np.array(found)


def shared_dimensions(networks, groups, seed=11, count=5):
    """Networks {name: {layer: a}}, groups {name: group}, both in byte order of their names."""
    layers = {(n, l): np.float64(a) for n, of in networks.items() for l, a in of.items()}
    grams = {n: sum(np.float64(a) @ np.float64(a).T for a in of.values()) for n, of in networks.items()}
    w = weights(groups)
    n = len(next(iter(grams.values())))
    everything = np.arange(n)
    all_folds = list(folds(n, count, seed))
    d = min(MOST, min(len(train) for train, _ in all_folds) // 2)
    whole = [operators(k, everything, everything)[0] for k in grams.values()]
    values, g = leading(mean_of(whole, w), d)
    g = g * np.sign(g[np.abs(g).argmax(0), range(d)])

    stability_networks = np.full(d, np.inf)
    names = list(groups.values())
    for dropped in set(names):
        rest = {network: group for network, group in groups.items() if group != dropped}
        kept = [p for p, group in zip(whole, names) if group != dropped]
        _, h = leading(mean_of(kept, weights(rest)), 2 * d)
        stability_networks = np.minimum(stability_networks, match(g, h)[1])

    by_fold, by_layer, closeness = [], [], []
    nothing, meaningless = np.zeros((SHUFFLES, len(grams), d)), np.zeros((SHUFFLES, len(grams), d))
    for fold, (train, test) in enumerate(all_folds):
        m, t = len(train), len(test)
        made = [operators(k, train, test) for k in grams.values()]
        ps, bs = [p for p, _ in made], [b for _, b in made]
        _, h = leading(mean_of(ps, w), 2 * d)
        partners, r = match(g[train], h)
        closeness.append(r)
        coordinates = [b @ h[:, partners] for b in bs]
        by_fold.append(agreements(coordinates, groups, w))
        of_fold = []
        for (network, layer), a in layers.items():
            own = operators(a @ a.T, train, test)[1] @ h[:, partners[:LOADED]]
            others = w * (np.array(names) != groups[network])
            mean = mean_of([c[:, :LOADED] for c in coordinates], others / others.sum())
            of_fold.append(pearson(own, mean))
        by_layer.append(of_fold)
        for q in range(SHUFFLES):
            rng = np.random.default_rng(seed + 1 + q * count + fold)
            shuffled = []
            for p, b in made:
                of_train, of_test = rng.permutation(m), rng.permutation(t)
                shuffled.append((p[of_train][:, of_train], b[of_test][:, of_train]))
            _, v = leading(mean_of([p for p, _ in shuffled], w), d)
            nothing[q] += agreements([b @ v for _, b in shuffled], groups, w) / count
            order = np.random.default_rng(seed + 1 + (SHUFFLES + q) * count + fold).permutation(m)
            v = h[order, :d].copy()
            for e in range(d):
                v[:, e] -= h[:, :e] @ (h[:, :e].T @ v[:, e])
            meaningless[q] += agreements([b @ v for b in bs], groups, w) / count
    scores, layer_scores = np.mean(by_fold, axis=0), np.mean(by_layer, axis=0)
    universality = np.nanmedian(scores, axis=0)
    null = np.percentile(nothing.max(1), 95)
    direction = np.percentile(np.median(meaningless, axis=1), 95, axis=0)
    passes = (universality > null) & (universality > direction)
    shared = np.cumprod(passes)
    rows = [{"dimension": i + 1, "eigenvalue": values[i], "universality_cv": universality[i], "null_95": null,
             "direction_95": direction[i], "shared": int(shared[i]),
             "networks_above_null": int((scores[:, i] > null).sum()),
             "stability": np.mean(closeness, axis=0)[i], "stability_networks": stability_networks[i]}
            for i in range(d)]
    j = np.eye(n) - 1 / n
    centred = {name: j @ k @ j for name, k in grams.items()}
    of_networks = [{"network": name, "dimension": i + 1, "universality_cv": scores[place, i],
                    "variance_share": g[:, i] @ centred[name] @ g[:, i] / np.trace(centred[name])}
                   for place, name in enumerate(grams) for i in range(d)]
    of_layers = [{"network": network, "layer": layer, "dimension": i + 1, "universality_cv": layer_scores[place, i]}
                 for place, (network, layer) in enumerate(layers) for i in range(min(LOADED, d))]
    loadings = [{"network": network, "layer": layer, "component": c + 1, "dimension": i + 1,
                 "correlation": pearson(column, g[:, i])}
                for (network, layer), a in layers.items() for c, column in enumerate(components(a)[0].T)
                for i in range(min(LOADED, d))]
    return {"dimensions": rows, "networks": of_networks, "layers": of_layers, "loadings": loadings,
            "scores": np.sqrt(n) * g}


def table_of_scores(ids, scores):
    return [{"stimulus_id": name} | {f"dimension_{i + 1}": v for i, v in enumerate(row)}
            for name, row in zip(ids, scores)]


def write(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: f"{v:.9g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows)


def fixture():
    """Seven networks that share four of their ten latents; two of them are one network trained twice. A
    region of two subjects. No ids: rows are in the order of the arrays."""
    rng = np.random.default_rng(5)
    n = 60
    shared = rng.normal(size=(n, 4))
    see = lambda units, own: np.float32(mixed(rng, np.hstack([shared, own]), units)).round(3)
    networks, entries, files = {}, [], {}
    twin = rng.normal(size=(n, 6))
    for name in "abcdefg":
        own = twin if name in "fg" else rng.normal(size=(n, 6))
        layers = {"x": see(24, own)} | ({"y": see(9, own)} if name in "ab" else {})
        networks[name] = layers
        entry = {"name": name, "layers": []}
        if name in "fg":
            entry["same_as"] = "twins"
        for layer, a in layers.items():
            files[f"{name}__{layer}.npy"] = a
            entry["layers"].append({"name": layer, "file": f"{name}__{layer}.npy"})
        entries.append(entry)
    brains = {f"s{i}": rdm(np.float64(see(30, rng.normal(size=(n, 6))))).round(6) for i in range(2)}
    files |= {f"{s}.npy": d for s, d in brains.items()}
    groups = {name: "twins" if name in "fg" else name for name in networks}
    made = shared_dimensions(networks, groups)
    alignment = np.mean([score(gram_of_rdm(d), made["scores"]) for d in brains.values()], axis=0)
    for row, value in zip(made["dimensions"], alignment):
        row["alignment_V"] = value
    folder = CASES / "shared"
    (folder / "study").mkdir(parents=True, exist_ok=True)
    (folder / "expected").mkdir(exist_ok=True)
    for name, a in files.items():
        np.save(folder / "study" / name, a)
    (folder / "study" / "study.json").write_text(json.dumps({
        "format": "universal-dimensions/1", "title": "Shared", "networks": entries,
        "brains": [{"subject": s, "roi": "V", "rdm": f"{s}.npy", "distance": "correlation"} for s in brains]},
        indent=1) + "\n")
    made["scores"] = table_of_scores([f"stimulus {i + 1}" for i in range(n)], made["scores"])
    for name, rows in made.items():
        write(folder / "expected" / f"shared_{name}.csv", rows)


def compare(study, expected):
    """Says how far the tables of a folder are from what this reference gives."""
    networks = {}
    for path in sorted(pathlib.Path(study).rglob("activations_*__*.npy")):
        network, layer = path.stem.removeprefix("activations_").split("__")
        networks.setdefault(network, {})[layer] = np.load(path)
    networks = {name: dict(sorted(networks[name].items())) for name in sorted(networks)}
    made = shared_dimensions(networks, {name: name for name in networks})
    for name in ("dimensions", "networks", "layers", "loadings", "scores"):
        with open(pathlib.Path(expected) / f"shared_{name}.csv", newline="") as file:
            theirs = list(csv.DictReader(file))
        ours = made[name]
        if name == "scores":
            ours = table_of_scores([row["stimulus_id"] for row in theirs], ours)
        assert len(ours) == len(theirs), f"{name}: {len(ours)} rows, expected {len(theirs)}"
        for column in ours[0]:
            if isinstance(ours[0][column], str):
                assert [row[column] for row in ours] == [row[column] for row in theirs], f"{name}, {column}"
            else:
                apart = [abs(a[column] - float(b[column])) for a, b in zip(ours, theirs)]
                print(f"{name:10} {column:20} greatest {max(apart):.1e} median {np.median(apart):.1e}")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        compare(*sys.argv[1:])
    else:
        fixture()
