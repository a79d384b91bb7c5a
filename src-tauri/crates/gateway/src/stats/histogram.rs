//! Times counted in classes, so that percentiles of any stretch can be had by adding classes up.
//!
//! A class is a sixteenth of a power of two wide: a percentile is off by at most 3 %. Only classes that hold
//! something are kept, some dozens, since there is one of these for every hour, instance, model and client.

use std::time::Duration;

/// Sixteen classes to a power of two.
const FINE_BITS: u32 = 4;
const FINE: u64 = 1 << FINE_BITS;
/// 19 hours in microseconds; what took longer counts as that.
const LONGEST: u64 = (1 << 36) - 1;

/// How often which time was taken, in microseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Histogram {
    /// Class and count, by class.
    classes: Vec<(u16, u32)>,
}

impl Histogram {
    /// Counts one.
    pub(super) fn add(&mut self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(LONGEST);
        self.add_many(class_of(micros), 1);
    }

    /// Counts all of another.
    pub(super) fn merge(&mut self, other: &Self) {
        for &(class, count) in &other.classes {
            self.add_many(class, count);
        }
    }

    /// The time that this share of all did not exceed, in microseconds.
    pub(super) fn quantile(&self, share: f64) -> Option<u64> {
        let all: u64 = self.classes.iter().map(|&(_, n)| u64::from(n)).sum();
        let wanted = ((all as f64 * share).ceil() as u64).max(1);
        let mut below = 0;
        self.classes.iter().find_map(|&(class, count)| {
            below += u64::from(count);
            (below >= wanted).then(|| middle(class))
        })
    }

    /// As it is kept: pairs of the distance to the class before and the count, as LEB128.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.classes.len() * 3);
        let mut before = 0;
        for &(class, count) in &self.classes {
            write(&mut bytes, u32::from(class - before));
            write(&mut bytes, count);
            before = class;
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote; what is not that ends the reading.
    pub(super) fn from_bytes(mut bytes: &[u8]) -> Self {
        let mut all = Self::default();
        let mut class = 0_u16;
        while let (Some(step), Some(count)) = (read(&mut bytes), read(&mut bytes)) {
            let next = u16::try_from(step).ok().and_then(|s| class.checked_add(s));
            let Some(next) = next.filter(|&next| next <= class_of(LONGEST)) else {
                break;
            };
            class = next;
            all.add_many(class, count);
        }
        all
    }

    fn add_many(&mut self, class: u16, count: u32) {
        match self.classes.binary_search_by_key(&class, |&(c, _)| c) {
            Ok(at) => self.classes[at].1 = self.classes[at].1.saturating_add(count),
            Err(at) => self.classes.insert(at, (class, count)),
        }
    }
}

fn class_of(micros: u64) -> u16 {
    let micros = micros.min(LONGEST);
    if micros < FINE {
        return micros as u16;
    }
    let power = micros.ilog2();
    let fine = (micros >> (power - FINE_BITS)) - FINE;
    (u64::from(power - FINE_BITS + 1) * FINE + fine) as u16
}

/// The time in the middle of a class.
fn middle(class: u16) -> u64 {
    let class = u64::from(class);
    if class < FINE {
        return class;
    }
    let shift = class / FINE - 1;
    let low = (FINE + class % FINE) << shift;
    low + ((1 << shift) >> 1)
}

fn write(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for shift in (0..32).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_percentile_is_off_by_at_most_three_percent(mut times in prop::collection::vec(0_u64..LONGEST, 1..200)) {
            let mut all = Histogram::default();
            for &time in &times {
                all.add(Duration::from_micros(time));
            }
            times.sort_unstable();
            for share in [0.5, 0.95, 1.0] {
                let at = ((times.len() as f64 * share).ceil() as usize).max(1) - 1;
                let (true_one, told) = (times[at] as f64, all.quantile(share).unwrap() as f64);
                prop_assert!((told - true_one).abs() <= 0.032 * true_one + 0.5, "{told} for {true_one}");
            }
        }

        #[test]
        fn what_is_kept_reads_back_and_adds_up(a in prop::collection::vec(any::<u32>(), 0..50), b in prop::collection::vec(any::<u32>(), 0..50)) {
            let of = |times: &[u32]| {
                let mut all = Histogram::default();
                times.iter().for_each(|&t| all.add(Duration::from_micros(u64::from(t))));
                all
            };
            let mut sum = Histogram::from_bytes(&of(&a).to_bytes());
            prop_assert_eq!(&sum, &of(&a));
            sum.merge(&of(&b));
            prop_assert_eq!(sum, of(&[a, b].concat()));
        }

        #[test]
        fn arbitrary_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = Histogram::from_bytes(&bytes).quantile(0.5);
        }
    }
}
