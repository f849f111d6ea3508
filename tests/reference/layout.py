"""Trustworthiness of umap-learn's layouts, to which ours are compared: makes tests/cases/layout.

Needs NumPy, scikit-learn and umap-learn (pip install umap-learn): apart from reference.py, which needs NumPy alone.
"""

import json
import pathlib

import numpy as np
import umap
from sklearn.manifold import trustworthiness

CASE = pathlib.Path(__file__).resolve().parent.parent / "cases" / "layout"


def points():
    """Stimuli of eight categories in 100 dimensions that share 12 latents."""
    rng = np.random.default_rng(5)
    middle = 1.5 * rng.normal(size=(8, 12))
    latents = middle[np.arange(160) % 8] + rng.normal(size=(160, 12))
    return np.float32(latents @ rng.normal(size=(12, 100)) + rng.normal(size=(160, 100)))


if __name__ == "__main__":
    CASE.mkdir(parents=True, exist_ok=True)
    x = points()
    trust = []
    for seed in range(5):
        layout = umap.UMAP(n_neighbors=15, min_dist=0.1, random_state=seed).fit_transform(x)
        trust.append(trustworthiness(x, layout, n_neighbors=15))
    np.save(CASE / "points.npy", x)
    (CASE / "case.json").write_text(json.dumps({"umap_learn": umap.__version__, "trustworthiness": trust}, indent=2) + "\n")
