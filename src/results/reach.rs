//! Whether the penalties of ridge regression reach what predicts. They are absolute (METHOD 5): beside numbers of
//! a far larger or smaller scale none but zero is of any use, and the layers of a network are added up as
//! they are. What is out of reach is refused, what is at the margin is said, each with the factor to multiply by.

use super::{BlockSource, numbers};
use crate::analysis::{Plan, power_of_ten};
use crate::math::ridge::{ALPHAS, Mapping};
use crate::problem::Problem;
use crate::study::{Measure, Part};

/// The weakest penalty above none, and the strongest.
const WEAKEST: f64 = ALPHAS[1];
const STRONGEST: f64 = ALPHAS[ALPHAS.len() - 1];

/// Beside a mean eigenvalue so many times the strongest penalty, that is next to nothing.
const NEXT_TO_NOTHING: f64 = 1e6;

/// Beside one of so many times, the strongest penalty changes a usual eigenvalue in its thirteenth digit.
const NOTHING: f64 = 1e12;

/// `trace / n` of the Gram matrix of an RDM, which the penalties are made for (METHOD 3).
const USUAL: f64 = 1000.0;

/// How large the numbers of a layer or of a brain are.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    /// Sum of squares about the means of units: the trace of the Gram matrix.
    squares: f64,
    /// Units that differ between stimuli.
    units: f64,
}

impl Size {
    fn of_layer(
        plan: &Plan,
        store: BlockSource,
        network: usize,
        layer: usize,
    ) -> Result<Self, Problem> {
        let counts = numbers(store, plan.layer(network, layer).counts)?;
        let at = |index: usize| counts.get(index).copied().unwrap_or(0.0);
        Ok(Self {
            squares: at(3),
            units: at(1) - at(2),
        })
    }

    fn of_brain(plan: &Plan, store: BlockSource, brain: usize) -> Result<Self, Problem> {
        let counts = numbers(store, plan.brain_gram(brain).1)?;
        let at = |index: usize| counts.get(index).copied().unwrap_or(0.0);
        Ok(Self {
            squares: at(2),
            units: plan.study.brains[brain].part.units() as f64 - at(1),
        })
    }

    /// Root of the mean square over stimuli and units.
    fn of_one(self, stimuli: usize) -> f64 {
        (self.squares / (stimuli as f64 * self.units.max(1.0))).sqrt()
    }

    /// Mean eigenvalue of the Gram matrix, of those that are not zero for want of units or stimuli.
    fn mean_eigenvalue(self, stimuli: usize) -> f64 {
        self.squares / self.units.min(stimuli as f64 - 1.0).max(1.0)
    }
}

/// How far the penalties reach.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reach {
    /// Every penalty but zero predicts the wrong way round: it leaves so little of the numbers that a left-out
    /// stimulus is predicted by the mean of the others, which is the lower the higher its own value is.
    TooSmall,
    /// Every penalty but zero leaves less than half of a usual eigenvalue.
    Small,
    Within,
    /// No penalty makes a difference worth the name.
    Large,
    /// No penalty makes any difference.
    TooLarge,
}

fn reach(size: Size, stimuli: usize) -> Reach {
    let mean = size.mean_eigenvalue(stimuli);
    if size.squares == 0.0 {
        // constant, which is said elsewhere
        Reach::Within
    } else if size.squares * (stimuli as f64) < WEAKEST {
        Reach::TooSmall
    } else if mean < WEAKEST {
        Reach::Small
    } else if mean > STRONGEST * NOTHING {
        Reach::TooLarge
    } else if mean > STRONGEST * NEXT_TO_NOTHING {
        Reach::Large
    } else {
        Reach::Within
    }
}

/// What a predictor is made of, as far as its scale is its own: the RDM of a brain and z-scored voxels have a
/// scale of the analysis.
struct Scaled<'a> {
    /// As messages name it.
    name: &'a str,
    /// Its layers' first arrays, each with its size; a brain's one.
    layers: Vec<(&'a Part, Size)>,
}

impl<'a> Scaled<'a> {
    /// Of a predictor: networks first, then brains. `None` if its scale is the analysis's.
    fn of(plan: &'a Plan, store: BlockSource, predictor: usize) -> Result<Option<Self>, Problem> {
        let study = plan.study;
        let Some(index) = predictor.checked_sub(study.networks.len()) else {
            let network = &study.networks[predictor];
            let mut layers = Vec::with_capacity(network.layers.len());
            for (layer, entry) in network.layers.iter().enumerate() {
                if let Some(part) = entry.parts.first() {
                    layers.push((part, Size::of_layer(plan, store, predictor, layer)?));
                }
            }
            return Ok(Some(Self {
                name: &network.name,
                layers,
            }));
        };
        let brain = &study.brains[index];
        if plan.options.z_score || brain.measure != Measure::Responses {
            return Ok(None);
        }
        Ok(Some(Self {
            name: &brain.subject,
            layers: vec![(&brain.part, Size::of_brain(plan, store, index)?)],
        }))
    }

    fn size(&self) -> Size {
        self.layers
            .iter()
            .fold(Size::default(), |sum, (_, size)| Size {
                squares: sum.squares + size.squares,
                units: sum.units + size.units,
            })
    }

    /// The layer that has most of it.
    fn largest(&self) -> Option<(&'a Part, Size)> {
        let layers = self.layers.iter().copied();
        layers.max_by(|a, b| a.1.squares.total_cmp(&b.1.squares))
    }

    /// `Multiply them by 1e25`, and what else is to be multiplied.
    fn advice(&self, size: Size, stimuli: usize) -> String {
        let one = size.of_one(stimuli);
        let alike = |(_, other): &&(&Part, Size)| {
            let times = other.of_one(stimuli) / one;
            (1e-3..1e3).contains(&times)
        };
        let others = self.layers.iter().filter(alike).count().saturating_sub(1);
        let all = if others > 0 {
            format!(", and the other layers of {} as well,", self.name)
        } else {
            String::new()
        };
        format!("Multiply them{all} by 1e{}", -power_of_ten(one))
    }

    /// Why it cannot predict.
    fn refusal(&self, stimuli: usize, mapping: Mapping) -> Option<Problem> {
        let (part, size) = self.largest()?;
        let power = power_of_ten(size.of_one(stimuli));
        let least = "or choose least squares (--mapping ols), which has no penalty";
        let found = match reach(self.size(), stimuli) {
            _ if mapping != Mapping::Ridge => None,
            Reach::TooSmall => Some(format!(
                "holds numbers of the order of 1e{power}, a scale too small for ridge regression: even its weakest penalty, {WEAKEST}, leaves nothing of them"
            )),
            Reach::TooLarge => Some(format!(
                "holds numbers of the order of 1e{power}, a scale too large for ridge regression: even its strongest penalty, {STRONGEST}, makes no difference to them"
            )),
            _ => None,
        };
        if let Some(found) = found {
            return Some(
                Problem::error(&part.path, found)
                    .expected("numbers that penalties from 0.001 to 10,000 are made for, mostly of the order of 1")
                    .hint(format!("{}, {least}", self.advice(size, stimuli))),
            );
        }
        let (part, lost) = self.lost(f64::EPSILON * f64::EPSILON)?;
        Some(
            Problem::error(
                &part.path,
                format!(
                    "holds numbers of the order of 1e{}, other layers of {} of the order of 1e{power}: in their sum, by which the network predicts, nothing is left of this layer",
                    power_of_ten(lost.of_one(stimuli)),
                    self.name
                ),
            )
            .expected("layers of one network on scales that can be added up")
            .hint(format!(
                "Multiply this layer by 1e{}, or leave it out",
                power - power_of_ten(lost.of_one(stimuli))
            )),
        )
    }

    /// A layer of which there is less than a share in the network's Gram matrix.
    fn lost(&self, share: f64) -> Option<(&'a Part, Size)> {
        let all = self.size().squares;
        let is_lost = |size: &Size| size.squares > 0.0 && size.squares < share * all;
        let mut layers = self.layers.iter().copied();
        layers.find(|(_, size)| is_lost(size))
    }
}

/// Why predictors cannot predict by the mapping of a plan: the first of them, and how many there are. From the
/// blocks of the first stage.
///
/// # Errors
/// A [`Problem`] if a block is missing, or for what is refused.
pub fn check_reach(plan: &Plan, store: BlockSource) -> Result<(), Problem> {
    let mapping = plan.options.mapping;
    if mapping == Mapping::OneToOne {
        return Ok(());
    }
    let stimuli = plan.study.stimuli.ids.len();
    let mut refused = Vec::new();
    for predictor in 0..plan.predictors() {
        let scaled = Scaled::of(plan, store, predictor)?;
        refused.extend(scaled.and_then(|scaled| scaled.refusal(stimuli, mapping)));
    }
    let others = refused.len().saturating_sub(1);
    match refused.into_iter().next() {
        None => Ok(()),
        Some(first) if others == 0 => Err(first),
        Some(mut first) => {
            first.found.push_str(&format!(
                " (and {others} more {} like it)",
                if others == 1 { "file is" } else { "files are" }
            ));
            Err(first)
        }
    }
}

/// What is to be said of a predictor at the margin of the penalties: `at_last` is the share of its targets that
/// chose the strongest.
///
/// # Errors
/// A [`Problem`] if a block is missing.
pub fn at_the_margin(
    plan: &Plan,
    store: BlockSource,
    predictor: usize,
    name: &str,
    at_last: f64,
) -> Result<Vec<Problem>, Problem> {
    let scaled = Scaled::of(plan, store, predictor)?;
    let stimuli = plan.study.stimuli.ids.len();
    let mut said = Vec::new();
    let size = scaled.as_ref().map(Scaled::size).unwrap_or_default();
    let reach = match &scaled {
        Some(_) if plan.options.mapping == Mapping::Ridge => reach(size, stimuli),
        _ => Reach::Within,
    };
    let found = if at_last > 0.5 {
        Some(format!(
            "{name} chose the strongest penalty for {:.0} % of its targets",
            100.0 * at_last
        ))
    } else if reach == Reach::Large {
        Some(format!(
            "the numbers of {name} are so large that no penalty makes a difference to them"
        ))
    } else if reach == Reach::Small {
        Some(format!(
            "the numbers of {name} are so small that every penalty above 0 leaves little of them"
        ))
    } else {
        None
    };
    if let Some(found) = found {
        let power = match reach {
            Reach::Small => -power_of_ten(size.of_one(stimuli)),
            // to where K has the scale that the penalties are made for, and at least by one step
            _ => power_of_ten((USUAL * stimuli as f64 / size.squares).sqrt()).min(-1),
        };
        said.push(
            Problem::warning("", found)
                .expected("penalties inside the grid 0 to 10,000, which is absolute")
                .hint(match scaled {
                    Some(_) => format!(
                        "Its numbers may be on another scale than usual: multiply them by 1e{power} and compare"
                    ),
                    None => "Its scale is set by the analysis, so multiplying it changes nothing: it predicts little of them, and its scores are to be read with care".into(),
                }),
        );
    }
    if let Some((part, lost)) = scaled.as_ref().and_then(|scaled| scaled.lost(f64::EPSILON))
        && plan.options.mapping != Mapping::OneToOne
    {
        let power = power_of_ten((size.squares / lost.squares).sqrt());
        said.push(
            Problem::warning(
                &part.path,
                format!("is so small beside the other layers of {name} that it adds nothing to what the network predicts"),
            )
            .expected("layers of one network on scales that can be added up")
            .hint(format!("Multiply this layer by 1e{power} and compare")),
        );
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reach_of_penalties_follows_from_size_and_count() {
        let of = |one: f64| {
            let (stimuli, units) = (100, 50.0);
            let squares = stimuli as f64 * units * one * one;
            let size = Size { squares, units };
            assert!((size.of_one(stimuli) / one - 1.0).abs() < 1e-12);
            reach(size, stimuli)
        };
        for (one, expected) in [
            (1e-25, Reach::TooSmall),
            (1e-5, Reach::TooSmall),
            (2e-4, Reach::Small),
            (1e-3, Reach::Small),
            (1e-2, Reach::Within),
            (1.0, Reach::Within),
            (1e3, Reach::Within),
            (1e5, Reach::Large),
            (1e8, Reach::TooLarge),
            (1e25, Reach::TooLarge),
        ] {
            assert_eq!(of(one), expected, "{one}");
        }
        assert_eq!(reach(Size::default(), 100), Reach::Within);
    }
}
