"""The published pipeline's structure in NumPy: for every target layer, predictor and fold a Gram matrix, its
eigendecomposition, nine penalties with their coefficients by leave-one-out, and the prediction.

python3 benches/peer/peer.py FOLDER [float64] prints the seconds for universality and alignment; with OUT.csv as
third argument it writes the scores of every dimension, and into OUT.penalties.csv for every dimension, predictor
and fold all penalties whose correlation comes within 1e-5 of the best. Threads are those of NumPy's BLAS.
"""

import collections
import csv
import glob
import os
import sys
import time

import numpy as np

ALPHAS = [0.0] + [10.0**e for e in range(-3, 5)]


def components(a):
    a = np.float64(a) - np.float64(a).mean(0)
    u, s, _ = np.linalg.svd(a, full_matrices=False)
    keep = s > s[0] * max(a.shape) * np.finfo(np.float32).eps
    u, s = u[:, keep], s[keep]
    return u * np.sign(u[np.abs(u).argmax(0), range(u.shape[1])]) * s


def folds(n, count=5, seed=11):
    order = np.random.default_rng(seed).permutation(n)
    for test in np.array_split(order, count):
        yield np.setdiff1d(np.arange(n), test), np.sort(test)


def pearson(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    return (x * y).sum(0) / np.sqrt((x * x).sum(0) * (y * y).sum(0))


def score(x, targets):
    """Mean over folds of the score of each target, from the units x of a predictor; and for each fold and target
    which penalties are the best or as good."""
    total, choices = 0, []
    for train, test in folds(len(x)):
        mean, offset = x[train].mean(0), targets[train].mean(0)
        a, y = x[train] - mean, targets[train] - offset
        values, q = np.linalg.eigh(a @ a.T + 1)
        z = q.T @ y
        ones = np.argmax(np.abs(q.sum(0)))
        best, weights = np.full(y.shape[1], -np.inf), np.zeros_like(y)
        every = []
        for alpha in ALPHAS:
            w = 1 / (values + alpha)
            w[ones] = 0
            c = q @ (w[:, None] * z)
            r = pearson(y, y - c / (q**2 @ w)[:, None])
            better = r > best
            best[better] = r[better]
            weights[:, better] = c[:, better]
            every.append(r)
        predicted = (x[test] - mean) @ (a.T @ weights)
        total = total + pearson(targets[test], predicted)
        choices.append(np.array(every) > best - 1e-5)
    return total / 5, np.array(choices)


def main():
    folder = sys.argv[1]
    dtype = np.dtype(sys.argv[2]) if len(sys.argv) > 2 else np.float32
    networks = collections.defaultdict(dict)
    for path in sorted(glob.glob(os.path.join(folder, "activations_*.npy"))):
        network, layer = os.path.basename(path)[len("activations_") : -4].split("__")
        networks[network][layer] = np.load(path).astype(dtype)
    brains = {}
    for path in sorted(glob.glob(os.path.join(folder, "responses_*.npy"))):
        brains[os.path.basename(path)[len("responses_") : -4].replace("__", ", ")] = np.load(path).astype(dtype)
    targets = {(n, l): components(a).astype(dtype) for n, layers in networks.items() for l, a in layers.items()}
    units = {n: np.hstack(list(layers.values())) for n, layers in networks.items()}

    rows, penalties, seconds = {}, [], [0.0, 0.0]
    for (network, layer), t in targets.items():
        start = time.perf_counter()
        by_network = {other: score(x, t) for other, x in units.items() if other != network}
        universality = np.median([made[0] for made in by_network.values()], axis=0)
        middle = time.perf_counter()
        by_brain = {name: score(b, t) for name, b in brains.items()}
        alignment = np.mean([made[0] for made in by_brain.values()], axis=0)
        seconds[0] += middle - start
        seconds[1] += time.perf_counter() - middle
        rows[network, layer] = universality, alignment
        if len(sys.argv) > 3:
            for predictor, (_, choices) in (by_network | by_brain).items():
                penalties += [
                    [network, layer, i + 1, predictor] + ["|".join(str(a) for a, good in zip(ALPHAS, fold) if good) for fold in folds]
                    for i, folds in enumerate(choices.transpose(2, 0, 1))
                ]
    print(f"{seconds[0]:.2f} {seconds[1]:.2f}")
    if len(sys.argv) > 3:
        with open(sys.argv[3], "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["network", "layer", "component", "universality", "alignment_V"])
            for (network, layer), (universality, alignment) in rows.items():
                for i, (u, b) in enumerate(zip(universality, alignment)):
                    writer.writerow([network, layer, i + 1, float(u), float(b)])
        with open(sys.argv[3].removesuffix("csv") + "penalties.csv", "w", newline="") as file:
            csv.writer(file).writerows(penalties)


if __name__ == "__main__":
    main()
