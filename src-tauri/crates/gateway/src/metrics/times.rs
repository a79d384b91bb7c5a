//! How long things took, as a histogram of the exposition format.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use super::text::Text;
use super::{add, read};

/// Upper bounds of the classes of times, in milliseconds.
const BOUNDS_MS: [u64; 12] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 600_000,
];

/// How long something took: in classes, and in all.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// Not added up yet; the last one is for what is longer than every bound.
    classes: [AtomicU64; BOUNDS_MS.len() + 1],
    micros: AtomicU64,
}

impl Times {
    pub(super) fn add(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let exact = time.subsec_nanos().is_multiple_of(1_000_000);
        // A bound belongs to its class: 50.0 ms is within 50, 50.1 is not.
        let class = BOUNDS_MS.partition_point(|&bound| bound < millis || bound == millis && !exact);
        add(&self.classes[class], 1);
        add(
            &self.micros,
            u64::try_from(time.as_micros()).unwrap_or_default(),
        );
    }

    pub(super) fn write(&self, text: &mut Text, name: &'static str, help: &str) {
        text.family(name, "histogram", help);
        let bucket = format!("{name}_bucket");
        let mut sum = 0;
        for (bound, count) in BOUNDS_MS.iter().zip(&self.classes) {
            sum += read(count);
            let bound = (*bound as f64 / 1_000.0).to_string();
            text.sample(&bucket, &[("le", &bound)], sum);
        }
        sum += self.classes.last().map_or(0, read);
        text.sample(&bucket, &[("le", "+Inf")], sum);
        let seconds = read(&self.micros) as f64 / 1e6;
        text.sample(&format!("{name}_sum"), &[], seconds);
        text.sample(&format!("{name}_count"), &[], sum);
    }
}
