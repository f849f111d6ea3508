"""METHOD in plain NumPy, f64, written for clarity: makes tests/cases/*/ with inputs and expected numbers.

Run from anywhere: python3 tests/reference/reference.py (NumPy 2 is all it needs). The same seed
writes the same files, so a change of theirs is a change of the method.
"""

import csv
import itertools
import json
import pathlib

import numpy as np

CASES = pathlib.Path(__file__).resolve().parent.parent / "cases"
ALPHAS = [0.0] + [10.0**e for e in range(-3, 5)]


# METHOD 2
def components(a, fitting=None):
    fitting = a if fitting is None else fitting
    n, p = fitting.shape
    u, s, v = np.linalg.svd(fitting - fitting.mean(0), full_matrices=False)
    keep = s > s[0] * max(n, p) * np.finfo(np.float32).eps
    u, s, v = u[:, keep], s[keep], v[keep]
    sign = np.sign(u[np.abs(u).argmax(0), range(u.shape[1])])
    return (a - fitting.mean(0)) @ (v.T * sign), s**2 / (n - 1)


# METHOD 3
def gram_of_rdm(d, squared=True):
    n = len(d)
    d2 = d if squared else d * d
    j = np.eye(n) - 1 / n
    k = -0.5 * j @ d2 @ j
    values, vectors = np.linalg.eigh((k + k.T) / 2)
    k = (vectors * values.clip(0)) @ vectors.T
    return k * (1000 * n / np.trace(k))


# METHOD 4
def folds(n, count, seed):
    order = np.random.default_rng(seed).permutation(n)
    for test in np.array_split(order, count):
        yield np.setdiff1d(np.arange(n), test), np.sort(test)


def pearson(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (x * y).sum(0) / np.sqrt((x * x).sum(0) * (y * y).sum(0))


# METHOD 5
def score(k, targets, count=5, seed=11, alphas=ALPHAS):
    """Mean over folds of the correlation of each target (n x t) with its prediction from K (n x n)."""
    predictions = predict(k, targets, count, seed, alphas)
    return np.mean([pearson(targets[test], predicted) for test, predicted in predictions], axis=0)


def predict(k, targets, count=5, seed=11, alphas=ALPHAS):
    """Test stimuli and predictions of each fold."""
    predictions = []
    for train, test in folds(len(k), count, seed):
        m = len(train)
        rows = k[np.ix_(train, train)]
        inner = rows - rows.mean(0) - rows.mean(1)[:, None] + rows.mean()
        across = k[np.ix_(test, train)]
        across = across - across.mean(1)[:, None] - rows.mean(0) + rows.mean()
        y = targets[train] - targets[train].mean(0)
        values, q = np.linalg.eigh(inner + 1)
        ones = np.argmax(np.abs(q.sum(0)))
        null = values <= values.max() * m * np.finfo(float).eps
        null[ones] = False
        z = q.T @ y
        best, chosen = np.full(y.shape[1], -np.inf), np.zeros_like(across @ y)
        for alpha in alphas:
            if alpha == 0 and null.any():
                w = null.astype(float)
            else:
                w = 1 / (np.where(null, 0, values) + alpha)
            w[ones] = 0
            with np.errstate(invalid="ignore", divide="ignore"):
                left_out = y - (q @ (w[:, None] * z)) / (q**2 @ w)[:, None]
            fit = np.where(null, 0, 1 / (np.where(null, 1, values) + alpha))
            fit[ones] = 0
            predicted = across @ (q @ (fit[:, None] * z))
            r = pearson(y, left_out)
            better = r > best
            best = np.where(better, r, best)
            chosen = np.where(better, predicted, chosen)
        predictions.append((test, chosen))
    return predictions


def score_one_to_one(units, targets, count=5, seed=11):
    """The same from the one unit (n x p) with the highest signed training correlation."""
    scores = []
    for train, test in folds(len(units), count, seed):
        x, y = units[train] - units[train].mean(0), targets[train] - targets[train].mean(0)
        best = ((x / np.linalg.norm(x, axis=0)).T @ (y / np.linalg.norm(y, axis=0))).argmax(0)
        scores.append(pearson(targets[test], units[np.ix_(test, best)]))
    return np.mean(scores, axis=0)


# METHOD 6
def reliability(grams, targets, published=False):
    """Mean over pairs of subjects, then over folds, of the correlation of their predictions."""
    pairs = list(itertools.combinations(range(len(grams)), 2))
    of_subjects = [predict(gram, targets) for gram in grams]
    by_fold = []
    for fold in range(5):
        p = [predictions[fold][1] for predictions in of_subjects]
        chosen = pairs[: len(grams)] if published else pairs
        by_fold.append(np.mean([pearson(p[i], p[j]) for i, j in chosen], axis=0))
    return np.mean(by_fold, axis=0)


# METHOD 8
def ranks(x):
    return np.array([(x < v).sum() + ((x == v).sum() + 1) / 2 for v in x])


def spearman(x, y):
    return pearson(ranks(x), ranks(y))


def bootstrap(rows, networks, seed, draws):
    """Interval of the relation by drawing networks."""
    of = {n: [r for r in rows if r["network"] == n] for n in networks}
    rhos = []
    for drawn in np.floor(np.random.default_rng(seed).random((draws, len(networks))) * len(networks)).astype(int):
        sample = [r for i in drawn for r in of[networks[i]]]
        rhos.append(spearman(*(np.array([r[c] for r in sample]) for c in ("universality", "alignment_V"))))
    return np.percentile(rhos, [2.5, 97.5])


def analyse(networks, brains, **options):
    """Rows of the table: networks {name: {layer: a}}, brains {(roi, subject): gram}."""
    grams = {name: sum(a @ a.T for a in layers.values()) for name, layers in networks.items()}
    rois = sorted({roi for roi, _ in brains})
    rows = []
    for name, layers in networks.items():
        for layer, a in layers.items():
            t, variance = components(a)
            by = lambda alphas: np.median(
                [score(g, t, alphas=alphas, **options) for other, g in grams.items() if other != name], axis=0)
            columns = {"universality": by(ALPHAS), "universality_ols": by([0.0])}
            for roi in rois:
                scores = [score(g, t, **options) for (r, _), g in brains.items() if r == roi]
                columns[f"alignment_{roi}"] = np.mean(scores, axis=0)
            for i in range(t.shape[1]):
                row = {"network": name, "layer": layer, "component": i + 1, "variance": variance[i]}
                rows.append(row | {column: values[i] for column, values in columns.items()})
    return rows


def write_case(name, files, rows, **facts):
    folder = CASES / name
    (folder / "study").mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        path = folder / "study" / path
        path.parent.mkdir(exist_ok=True)
        if isinstance(content, str):
            path.write_text(content)
        else:
            np.save(path, content)
    with open(folder / "expected.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: f"{v:.10g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows)
    (folder / "case.json").write_text(json.dumps(facts, indent=2) + "\n")


def mixed(rng, latents, units, noise=0.7):
    fade = 1 / np.arange(1, latents.shape[1] + 1) ** 0.5
    return latents * fade @ rng.normal(size=(latents.shape[1], units)) + noise * rng.normal(size=(len(latents), units))


def rdm(responses):
    d = 1 - np.corrcoef(responses)
    np.fill_diagonal(d, 0)
    return d


def plain():
    """No ids; a network with fewer units than training stimuli; responses in V, RDMs in W."""
    rng = np.random.default_rng(1)
    shared = rng.normal(size=(40, 4))
    see = lambda units: np.float32(mixed(rng, np.hstack([shared, rng.normal(size=(40, 6))]), units))
    networks = {"a": {"conv1": see(50), "conv2": see(30)}, "b": {"conv1": see(60)}, "c": {"fc": see(10)}}
    files = {f"activations_{n}__{l}.npy": a for n, layers in networks.items() for l, a in layers.items()}
    brains = {}
    for subject in ("sub-01", "sub-02"):
        responses = see(45)
        files[f"responses_V__{subject}.npy"] = responses
        brains["V", subject] = np.float64(responses) @ np.float64(responses).T
        distances = rdm(see(45))
        files[f"rdm_W__{subject}.npy"] = distances
        brains["W", subject] = gram_of_rdm(distances)
    networks = {n: {l: np.float64(a) for l, a in layers.items()} for n, layers in networks.items()}
    write_case("plain", files, analyse(networks, brains), tolerance=1e-4)


def ids():
    """Ids in shuffled tables, one stimulus missing from one of them, a feature map without ids beside
    a stimuli table, a Euclidean RDM, four folds of another seed."""
    rng = np.random.default_rng(2)
    names = [f"im{i:02d}" for i in rng.permutation(32)]
    shared = rng.normal(size=(32, 3))
    see = lambda units: mixed(rng, np.hstack([shared, rng.normal(size=(32, 5))]), units).round(4)
    tables = {"a": see(20), "b": see(24)}
    maps = np.float32(mixed(rng, shared, 8 * 9).reshape(32, 8, 3, 3))
    files = {"stimuli.csv": "stimulus_id,category\n" + "".join(f"{n},c{i % 3}\n" for i, n in enumerate(names))}
    files["c__map.npy"] = maps
    for name, a in tables.items():
        order = [i for i in rng.permutation(32) if not (name == "b" and i == 5)]
        lines = [",".join([names[i]] + [str(x) for x in a[i]]) for i in order]
        header = "stimulus_id," + ",".join(f"u{j}" for j in range(a.shape[1]))
        files[f"{name}__x.csv"] = "\n".join([header] + lines) + "\n"
    responses = see(30)
    distances = np.sqrt(((responses[:, None] - responses[None]) ** 2).sum(-1))
    files["rdm_V__s.npy"] = distances
    files["study.json"] = json.dumps({
        "format": "universal-dimensions/1", "title": "Ids", "stimuli": "stimuli.csv",
        "networks": [
            {"name": "a", "layers": [{"name": "x", "file": "a__x.csv"}]},
            {"name": "b", "layers": [{"name": "x", "file": "b__x.csv"}]},
            {"name": "c", "layers": [{"name": "map", "file": "c__map.npy"}]}],
        "brains": [{"subject": "s", "roi": "V", "rdm": "rdm_V__s.npy", "distance": "euclidean"}],
        "options": {"folds": 4, "seed": 3}}, indent=1) + "\n"
    order = sorted((i for i in range(32) if i != 5), key=lambda i: names[i])
    networks = {"a": {"x": tables["a"][order]}, "b": {"x": tables["b"][order]},
                "c": {"map": np.float64(maps[order].max((2, 3)))}}
    brains = {("V", "s"): gram_of_rdm(distances[np.ix_(order, order)], squared=False)}
    rows = analyse(networks, brains, count=4, seed=3)
    write_case("ids", files, rows, tolerance=1e-4)


def further():
    """What goes beyond the main analysis: model sets, a copy, fitting stimuli, reliability, one-to-one, chance."""
    rng = np.random.default_rng(3)
    shared = rng.normal(size=(70, 4))
    see = lambda units, n=40: np.float32(mixed(rng, np.hstack([shared, rng.normal(size=(70, 5))]), units))[:n]
    sets = {"a": "A", "b": "A", "c": "B", "d": "B", "e": "B"}
    whole = {n: {"x": see(20, 70), "y": see(12, 70)} for n in sets}
    files, entries = {}, []
    for n, layers in whole.items():
        entry = {"name": n, "set": sets[n], "layers": []}
        if n in "de":
            entry["same_as"] = "pair"
        for l, a in layers.items():
            files[f"{n}__{l}.npy"] = a[:40]
            entry["layers"].append({"name": l, "file": f"{n}__{l}.npy"})
        entries.append(entry)
    files["b_fit.npy"] = whole["b"]["x"][40:]
    entries[1]["layers"][0]["fit"] = "b_fit.npy"
    brains = {f"s{i}": see(25) for i in range(4)}
    files |= {f"{s}.npy": b for s, b in brains.items()}
    semantic = rdm(np.float64(shared[:40]))
    files["semantic.npy"] = semantic
    files["study.json"] = json.dumps({
        "format": "universal-dimensions/1", "title": "Further", "networks": entries,
        "brains": [{"subject": s, "roi": "V", "responses": f"{s}.npy"} for s in brains],
        "further": [{"name": "semantic", "rdm": "semantic.npy"}]}, indent=1) + "\n"

    networks = {n: {l: np.float64(a[:40]) for l, a in layers.items()} for n, layers in whole.items()}
    grams = {n: sum(a @ a.T for a in layers.values()) for n, layers in networks.items()}
    units = {n: np.hstack(list(layers.values())) for n, layers in networks.items()}
    of_brains = [np.float64(b) @ np.float64(b).T for b in brains.values()]
    targets = {(n, l): components(a, np.float64(whole[n][l][40:]) if (n, l) == ("b", "x") else None)
               for n, layers in networks.items() for l, a in layers.items()}
    others = {n: [o for o in sets if o != n and {n, o} != {"d", "e"}] for n in sets}

    def scores(order=slice(None)):
        universality, alignment = [], []
        for (n, _), (t, _) in targets.items():
            universality.append(np.median([score(grams[o], t[order]) for o in others[n]], axis=0))
            alignment.append(np.mean([score(g, t[order]) for g in of_brains], axis=0))
        return np.hstack(universality), np.hstack(alignment)

    rows = []
    for (n, l), (t, variance) in targets.items():
        columns = {
            "variance": variance,
            "universality": np.median([score(grams[o], t) for o in others[n]], axis=0),
            "universality_within": np.median([score(grams[o], t) for o in others[n] if sets[o] == sets[n]], axis=0),
            "universality_one_to_one": np.median([score_one_to_one(units[o], t) for o in others[n]], axis=0),
            "alignment_V": np.mean([score(g, t) for g in of_brains], axis=0),
            "alignment_one_to_one_V": np.mean([score_one_to_one(np.float64(b), t) for b in brains.values()], axis=0),
            "reliability_V": reliability(of_brains, t),
            "reliability_published_V": reliability(of_brains, t, published=True),
        }
        a, r = columns["alignment_V"], columns["reliability_V"]
        columns["adjusted_alignment_V"] = np.where((a < 0) | (r < 0), 0, a / np.sqrt(np.abs(r)))
        for i in range(t.shape[1]):
            row = {"network": n, "layer": l, "component": i + 1}
            rows.append(row | {column: values[i] for column, values in columns.items()})
    chance = [scores(np.random.default_rng(7 + draw).permutation(40)) for draw in range(4)]
    null = [float(np.percentile(np.hstack(values), 95)) for values in zip(*chance)]
    relation = spearman(*(np.array([r[c] for r in rows]) for c in ("universality", "alignment_V")))
    low, high = bootstrap(rows, list(sets), seed=7, draws=60)
    write_case("further", files, rows, tolerance=1e-4, seed=7, permutations=4, null_universality=null[0],
               null_alignment=null[1], bootstraps=60, spearman=relation, interval=[low, high])


if __name__ == "__main__":
    plain()
    ids()
    further()
