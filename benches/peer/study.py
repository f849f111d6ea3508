"""Writes a study to measure with: python3 benches/peer/study.py FOLDER small|paper|whole.

872 stimuli, 6 networks, 3 people x 1,500 voxels; `small` has 3 layers of 128, 256 and 512 units a network,
`paper` 9 layers of 128. `whole` is as large as the paper's: 20 networks, 9 layers of 2,000 units. All of them mix shared and private latents whose weight falls off, and noise.
"""

import pathlib
import sys

import numpy as np

STIMULI, NETWORKS, PEOPLE, VOXELS = 872, 6, 3, 1500
LAYERS = {"small": [128, 256, 512], "paper": [128] * 9, "whole": [2000] * 9}


def write(folder, shape, stimuli=STIMULI, networks=NETWORKS, layers=None, people=PEOPLE, voxels=VOXELS):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    fall = 1 / np.sqrt(np.arange(1, 201))
    shared = rng.normal(size=(stimuli, 100))

    def see(units, private):
        latents = np.hstack([shared, private]) * fall
        seen = latents @ rng.normal(size=(200, units)) + 0.5 * rng.normal(size=(stimuli, units))
        return np.float32(seen)

    for network in range(networks):
        private = rng.normal(size=(stimuli, 100))
        for layer, units in enumerate(layers or LAYERS[shape]):
            np.save(folder / f"activations_net{network}__layer{layer}.npy", see(units, private))
    for person in range(people):
        private = rng.normal(size=(stimuli, 100))
        np.save(folder / f"responses_V__sub-{person + 1:02}.npy", see(voxels, private))


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], networks=20 if sys.argv[2] == "whole" else NETWORKS)
