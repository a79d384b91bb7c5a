//! The samples of all rounds, and what they say.

use std::collections::HashMap;

use crate::bench::measure::{Aim, Measure};
use crate::bench::peer::Who;

/// The samples of all rounds, by figure and peer.
#[derive(Debug, Default)]
pub(crate) struct Board {
    samples: HashMap<(Measure, Who), Vec<f64>>,
}

/// A figure of Millpond's held against its aim.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judged {
    /// The figure as the aim counts it: a ratio, a difference or itself.
    pub(crate) figure: String,
    /// The aim in words; empty where there is none.
    pub(crate) aim: String,
    /// Whether it is met; `None` where there is no aim.
    pub(crate) met: Option<bool>,
}

impl Board {
    /// Adds the sample of one round.
    pub(crate) fn add(&mut self, measure: Measure, who: Who, sample: f64) {
        self.samples.entry((measure, who)).or_default().push(sample);
    }

    /// The median of all rounds.
    pub(crate) fn median(&self, measure: Measure, who: Who) -> Option<f64> {
        let mut samples = self.samples.get(&(measure, who))?.clone();
        Some(median(&mut samples))
    }

    /// The smallest and the largest of all rounds.
    pub(crate) fn range(&self, measure: Measure, who: Who) -> Option<(f64, f64)> {
        let samples = self.samples.get(&(measure, who))?;
        let least = samples.iter().copied().reduce(f64::min)?;
        let most = samples.iter().copied().reduce(f64::max)?;
        Some((least, most))
    }

    /// The figures that were measured.
    pub(crate) fn measures(&self) -> impl Iterator<Item = Measure> {
        Measure::ALL.into_iter().filter(|measure| {
            Who::ALL
                .iter()
                .any(|who| self.samples.contains_key(&(*measure, *who)))
        })
    }

    /// Millpond's figure held against its aim; `None` where one of the two is missing.
    pub(crate) fn judge(&self, measure: Measure) -> Option<Judged> {
        let own = self.median(measure, Who::Millpond)?;
        let nginx = self.median(measure, Who::Nginx);
        let of = |other| self.median(other, Who::Millpond);
        Some(match measure.aim() {
            Aim::OfNginx(share) => {
                let ratio = own / nginx?;
                judged(
                    format!("{ratio:.2} of nginx"),
                    format!("at least {share}"),
                    ratio >= share,
                )
            }
            Aim::AboveNginx(more) => above(own - nginx?, "nginx", more),
            Aim::AboveDirect(more) => {
                above(own - self.median(measure, Who::Direct)?, "direct", more)
            }
            Aim::AtMost(most) => judged(shown(own), format!("at most {most}"), own <= most),
            Aim::Times(other, times) => {
                let ratio = own / of(other)?;
                judged(
                    format!("{ratio:.3} times"),
                    format!("at most {times} times"),
                    ratio <= times,
                )
            }
            Aim::Shown => unaimed(format!("{:.2} of nginx", own / nginx?)),
            Aim::ShownBeside(other) => unaimed(format!("{:.2} of verbatim", own / of(other)?)),
        })
    }

    /// The aims that were measured and are not met.
    pub(crate) fn missed(&self) -> Vec<Measure> {
        let missed = |measure: &Measure| {
            self.judge(*measure)
                .is_some_and(|judged| judged.met == Some(false))
        };
        self.measures().filter(missed).collect()
    }
}

/// A figure to about three digits.
pub(crate) fn shown(figure: f64) -> String {
    match figure.abs() {
        large if large >= 100.0 => format!("{figure:.0}"),
        middle if middle >= 10.0 => format!("{figure:.1}"),
        middle if middle >= 1.0 => format!("{figure:.2}"),
        _ => format!("{figure:.3}"),
    }
}

/// The median; of an even number of samples the mean of the middle two, 0 of none.
pub(crate) fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    let middle = samples.len() / 2;
    match samples {
        [] => 0.0,
        _ if samples.len() % 2 == 1 => samples[middle],
        _ => (samples[middle - 1] + samples[middle]) / 2.0,
    }
}

fn above(added: f64, whom: &str, more: f64) -> Judged {
    judged(
        format!("{added:+.2} to {whom}"),
        format!("at most +{more}"),
        added <= more,
    )
}

fn judged(figure: String, aim: String, met: bool) -> Judged {
    Judged {
        figure,
        aim,
        met: Some(met),
    }
}

fn unaimed(figure: String) -> Judged {
    Judged {
        figure,
        aim: String::new(),
        met: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(measure: Measure, nginx: &[f64], millpond: &[f64]) -> Board {
        let mut board = Board::default();
        for sample in nginx {
            board.add(measure, Who::Nginx, *sample);
        }
        for sample in millpond {
            board.add(measure, Who::Millpond, *sample);
        }
        board
    }

    #[test]
    fn an_aim_is_judged_by_the_ratio_of_the_medians() {
        let met = board(
            Measure::Requests,
            &[100.0, 90.0, 400.0],
            &[80.0, 10.0, 75.0],
        );
        assert_eq!(
            met.judge(Measure::Requests).and_then(|it| it.met),
            Some(true)
        );
        assert_eq!(met.missed(), []);
        let missed = board(Measure::Requests, &[100.0], &[74.0]);
        assert_eq!(missed.missed(), [Measure::Requests]);
    }

    #[test]
    fn a_figure_that_has_nothing_beside_it_is_not_judged() {
        let board = board(Measure::Requests, &[], &[80.0]);
        assert_eq!(board.judge(Measure::Requests), None);
    }

    #[test]
    fn a_large_pool_is_held_against_a_small_one_of_the_same_run() {
        let mut board = board(Measure::PoolOf500Cpu, &[], &[10.4]);
        board.add(Measure::PoolOf3Cpu, Who::Millpond, 10.0);
        assert_eq!(board.missed(), [Measure::PoolOf500Cpu]);
    }

    #[test]
    fn every_measure_stands_in_the_table_once() {
        for (at, measure) in Measure::ALL.iter().enumerate() {
            assert_eq!(Measure::ALL.iter().position(|it| it == measure), Some(at));
        }
    }

    #[test]
    fn a_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), 2.5);
    }
}
