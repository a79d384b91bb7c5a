//! T2: any cut of a stream gives the same, translated and beside it.

use dialect::{StreamTranslation, Tap};
use proptest::prelude::*;

use crate::any::answers::{events, reply};
use crate::{SPOKEN, plain_back, streams};

proptest! {
    #[test]
    fn t2_chunking_never_matters(
        reply in reply(),
        (from, to) in (0..4_usize, 0..4_usize),
        size in 1..9_usize,
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let (upstream, client) = (SPOKEN[from], SPOKEN[to]);
        let stream = streams::write(upstream, &events(&reply, size));
        let mut ends: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        ends.extend([0, stream.len()]);
        ends.sort_unstable();
        let pieces: Vec<&[u8]> = ends.windows(2).map(|two| &stream[two[0]..two[1]]).collect();
        let told = |chunks: &[&[u8]]| {
            let mut translation = StreamTranslation::new(upstream, client, &plain_back());
            let mut tap = Tap::new(upstream);
            let mut out = Vec::new();
            for chunk in chunks {
                tap.scan(chunk);
                translation.push(chunk, &mut out).unwrap();
            }
            let ending = translation.finish(&mut out).unwrap();
            assert_eq!(tap.finish(), ending);
            assert_eq!(tap.usage(), translation.usage());
            (String::from_utf8(out).unwrap(), ending)
        };
        let whole = told(&[stream.as_slice()]);
        prop_assert_eq!(&told(&pieces), &whole);
        prop_assert_eq!(&told(&stream.chunks(1).collect::<Vec<_>>()), &whole);
    }
}
