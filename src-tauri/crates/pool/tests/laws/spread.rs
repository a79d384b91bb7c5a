//! Laws of the spread, for pools of any shape.

use proptest::prelude::*;

use crate::fixture::*;

fn weights(most: u32) -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(1..=most, 1..9)
}

fn pond_of(weights: &[u32]) -> Pond {
    pond((0..).zip(weights).map(|(n, &weight)| weighing(n, weight)))
}

fn count(turns: &[u32], number: usize) -> u32 {
    turns
        .iter()
        .filter(|&&turn| turn as usize == number)
        .count() as u32
}

proptest! {
    #[test]
    fn idle_equals_get_exact_round_robin(size in 1_u32..60, weight in 1_u32..20) {
        let pond = pond_of(&vec![weight; size as usize]);
        for turn in 0..size * 4 {
            prop_assert_eq!(served_by(&pond), Some(turn % size));
        }
    }

    #[test]
    fn idle_weights_are_kept_within_one_in_every_window(weights in weights(16)) {
        let pond = pond_of(&weights);
        let sum: u32 = weights.iter().sum();
        let turns: Vec<u32> = (0..sum * 4).filter_map(|_| served_by(&pond)).collect();
        for window in turns.windows(sum as usize) {
            for (number, weight) in weights.iter().enumerate() {
                prop_assert!(count(window, number).abs_diff(*weight) <= 1);
            }
        }
    }

    #[test]
    fn odd_weights_are_kept_in_the_long_run(weights in weights(500)) {
        let pond = pond_of(&weights);
        let sum: u32 = weights.iter().sum();
        let turns: Vec<u32> = (0..sum * 2).filter_map(|_| served_by(&pond)).collect();
        for (number, weight) in weights.iter().enumerate() {
            let fair = weight * 2;
            prop_assert!(count(&turns, number).abs_diff(fair) <= 1 + fair / 200);
        }
    }

    #[test]
    fn requests_that_run_are_shared_by_weight(weights in weights(16), running in 1_usize..200) {
        let pond = pond_of(&weights);
        let _running: Vec<_> = (0..running).filter_map(|_| lease(&pond)).collect();
        let loads: Vec<_> = pond.snapshot().iter().map(|seen| seen.in_flight).collect();
        prop_assert_eq!(loads.iter().sum::<u32>() as usize, running);
        for (load, weight) in loads.iter().zip(&weights) {
            for (other, other_weight) in loads.iter().zip(&weights) {
                prop_assert!(load.saturating_sub(1) * other_weight <= other * weight);
            }
        }
    }

    #[test]
    fn nobody_starves_whatever_came_before(
        weights in weights(8),
        before in prop::collection::vec((0_usize..8, 0_usize..4), 0..100),
    ) {
        let pond = pond_of(&weights);
        let mut running = Vec::new();
        for (place, kind) in before {
            match kind {
                0 if !running.is_empty() => drop(running.swap_remove(place % running.len())),
                1 => drop(served_by(&pond)),
                2 => pond.clear(id((place % weights.len()) as u32)),
                _ => running.extend(lease(&pond)),
            }
        }
        running.clear();
        let sum: u32 = weights.iter().sum();
        let turns: Vec<u32> = (0..sum * 2).filter_map(|_| served_by(&pond)).collect();
        for (number, weight) in weights.iter().enumerate() {
            prop_assert!(count(&turns, number) >= *weight);
        }
    }
}
