//! What a time block holds.

use super::{BANDS, Block};

#[test]
fn only_what_is_near_in_time_is_held() {
    let bands = |seed: u64| std::array::from_fn::<u64, BANDS, _>(|band| seed * 100 + band as u64);
    let mut block = Block::new(10);
    for (at, instant) in [(0, 0), (1, 5), (2, 12)] {
        block.pass(instant);
        block.add(at, instant, bands(1 + at as u64 % 2), at);
    }
    let near = |block: &Block<usize>, seed| -> Vec<usize> {
        block.near(&bands(seed), 9, |_| true).into_iter().map(|(at, _)| at).collect()
    };
    assert_eq!((near(&block, 1), near(&block, 2)), (vec![2], vec![1]));
    assert_eq!(block.near(&bands(1), 9, |_| false).len(), 0);
    block.pass(100);
    assert_eq!((block.live.len(), block.bands.len()), (0, 0));
}
