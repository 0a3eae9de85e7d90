use super::*;

#[test]
fn logarithms_are_right_to_a_thousandth_or_two() {
    for number in [1, 2, 3, 7, 10, 1000, 123_456_789, u64::MAX] {
        let right = (number as f64).log2() * 1000.0;
        assert!((log2(number) as f64 - right).abs() < 2.0, "{number}");
    }
    assert_eq!(log2(0), 0);
    assert!((ln_ratio(1, 10) + 2302).abs() < 4);
}

#[test]
fn the_surprise_is_none_where_the_count_was_expected() {
    assert_eq!(surprise(5000, 5000), 0);
    // 10 · ln 10 − 10 + 1 = 14.03
    assert!((surprise(10_000, 1000) - 14_026).abs() < 60);
    assert!(surprise(u64::MAX, 0) > 0);
}
