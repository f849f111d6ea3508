//! UMAP (McInnes, Healy & Melville 2018), with the choices of the reference implementation save for
//! the beginning: the principal plane instead of the graph's spectrum.

use nalgebra::DMatrix;

use super::{by_distance, distances, principal_plane};
use crate::math::random::Generator;

/// How to lay out; the defaults are the paper's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Umap {
    /// Neighbours of a point, itself among them.
    pub neighbours: usize,
    /// Seed of the layout.
    pub seed: u64,
}

impl Default for Umap {
    fn default() -> Self {
        Self {
            neighbours: 15,
            seed: 0,
        }
    }
}

/// Rounds of the layout for up to ten thousand points.
const EPOCHS: usize = 500;
/// Points pushed away for each one that is pulled.
const NEGATIVE_SAMPLES: usize = 5;
/// The curve `1 / (1 + a d^(2 b))` nearest to the wanted similarities for min_dist 0.1 and spread 1.
const A: f64 = 1.576_943_460;
const B: f64 = 0.895_060_878;
/// Most that a coordinate moves at once.
const CLIP: f64 = 4.0;
/// The layout begins within this of the middle.
const EXTENT: f64 = 10.0;

/// A plane (n x 2) in which neighbours among points (n x d) stay neighbours. min_dist 0.1, spread 1,
/// Euclidean distances. O(n^2 d) for the neighbours and O(n) a round.
#[must_use]
pub fn umap(points: &DMatrix<f64>, settings: Umap) -> DMatrix<f64> {
    let n = points.nrows();
    let mut layout = principal_plane(points);
    if n < 3 {
        return layout;
    }
    let edges = fuzzy_graph(&distances(points), settings.neighbours.clamp(2, n));
    let mut generator = Generator::new(settings.seed);
    let largest = layout.amax();
    for value in layout.iter_mut() {
        let scaled = if largest > 0.0 { *value / largest } else { 0.0 };
        *value = EXTENT * scaled + 1e-4 * generator.normal();
    }
    optimise(&mut layout, &edges, &mut generator);
    layout
}

/// A pair of points and how surely they are neighbours, in (0, 1].
struct Edge {
    from: usize,
    to: usize,
    weight: f64,
}

/// Each point's neighbours, weighed by how far they are compared with its nearest, and joined with
/// the view from the other side.
fn fuzzy_graph(distances: &DMatrix<f64>, neighbours: usize) -> Vec<Edge> {
    let n = distances.nrows();
    let order = by_distance(distances);
    let mean = distances.sum() / (n * n) as f64;
    let mut directed = DMatrix::<f64>::zeros(n, n);
    for (i, order) in order.iter().enumerate() {
        let near = &order[..(neighbours - 1).min(order.len())];
        let away: Vec<f64> = near.iter().map(|&j| distances[(i, j)]).collect();
        let nearest = away.iter().copied().find(|&d| d > 0.0).unwrap_or(0.0);
        let width = smooth_width(&away, nearest, neighbours, mean);
        for (&j, &d) in near.iter().zip(&away) {
            directed[(i, j)] = if d <= nearest || width == 0.0 {
                1.0
            } else {
                libm::exp(-(d - nearest) / width)
            };
        }
    }
    let mut edges = Vec::new();
    for from in 0..n {
        for to in 0..n {
            let (a, b) = (directed[(from, to)], directed[(to, from)]);
            let weight = a + b - a * b;
            if weight > 0.0 {
                edges.push(Edge { from, to, weight });
            }
        }
    }
    edges
}

/// The width for which the neighbours' weights sum to log2 of their number.
fn smooth_width(away: &[f64], nearest: f64, neighbours: usize, mean: f64) -> f64 {
    let target = libm::log2(neighbours as f64);
    let (mut low, mut high, mut width) = (0.0, f64::INFINITY, 1.0);
    for _ in 0..64 {
        let sum: f64 = away
            .iter()
            .map(|d| {
                let beyond = d - nearest;
                if beyond > 0.0 {
                    libm::exp(-beyond / width)
                } else {
                    1.0
                }
            })
            .sum();
        if (sum - target).abs() < 1e-5 {
            break;
        }
        if sum > target {
            high = width;
            width = f64::midpoint(low, high);
        } else {
            low = width;
            width = if high.is_finite() {
                f64::midpoint(low, high)
            } else {
                width * 2.0
            };
        }
    }
    // not narrower than a thousandth of the usual distance
    let usual = if nearest > 0.0 {
        away.iter().sum::<f64>() / away.len().max(1) as f64
    } else {
        mean
    };
    width.max(1e-3 * usual)
}

/// Pulls neighbours together as often as they are surely so, and pushes others apart.
fn optimise(layout: &mut DMatrix<f64>, edges: &[Edge], generator: &mut Generator) {
    let n = layout.nrows();
    let surest = edges.iter().map(|edge| edge.weight).fold(0.0, f64::max);
    let used: Vec<(&Edge, f64)> = edges
        .iter()
        .filter(|edge| edge.weight >= surest / EPOCHS as f64)
        .map(|edge| (edge, surest / edge.weight))
        .collect();
    let mut next: Vec<f64> = used.iter().map(|(_, every)| *every).collect();
    let mut next_push: Vec<f64> = used
        .iter()
        .map(|(_, every)| every / NEGATIVE_SAMPLES as f64)
        .collect();
    let mut positions: Vec<[f64; 2]> = (0..n).map(|i| [layout[(i, 0)], layout[(i, 1)]]).collect();
    for epoch in 0..EPOCHS {
        let step = 1.0 - epoch as f64 / EPOCHS as f64;
        let now = epoch as f64;
        for (index, (edge, every)) in used.iter().enumerate() {
            if next[index] > now {
                continue;
            }
            let (squared, difference) = apart(&positions, edge.from, edge.to);
            if squared > 0.0 {
                let power = libm::pow(squared, B - 1.0);
                let pull = -2.0 * A * B * power / (A * power * squared + 1.0);
                for axis in 0..2 {
                    let by = step * clip(pull * difference[axis]);
                    positions[edge.from][axis] += by;
                    positions[edge.to][axis] -= by;
                }
            }
            next[index] += every;
            let push_every = every / NEGATIVE_SAMPLES as f64;
            let pushes = ((now - next_push[index]) / push_every).max(0.0) as usize;
            for _ in 0..pushes {
                let other = ((generator.uniform() * n as f64) as usize).min(n - 1);
                if other == edge.from {
                    continue;
                }
                let (squared, difference) = apart(&positions, edge.from, other);
                let power = libm::pow(squared, B);
                let push = 2.0 * B / ((0.001 + squared) * (A * power + 1.0));
                for axis in 0..2 {
                    let by = if squared > 0.0 {
                        clip(push * difference[axis])
                    } else {
                        CLIP
                    };
                    positions[edge.from][axis] += step * by;
                }
            }
            next_push[index] += pushes as f64 * push_every;
        }
    }
    for (i, position) in positions.iter().enumerate() {
        layout[(i, 0)] = position[0];
        layout[(i, 1)] = position[1];
    }
}

fn apart(positions: &[[f64; 2]], a: usize, b: usize) -> (f64, [f64; 2]) {
    let difference = [
        positions[a][0] - positions[b][0],
        positions[a][1] - positions[b][1],
    ];
    let squared = difference[0] * difference[0] + difference[1] * difference[1];
    (squared, difference)
}

fn clip(value: f64) -> f64 {
    value.clamp(-CLIP, CLIP)
}
