//! Numbers as text, alike everywhere. By hand: formatting floats is large in wasm.

use sim_core::ids::Zxid;
use sim_core::time::Span;

/// "4.9 s", "0.4 s"; "12 s" from ten seconds on.
pub fn seconds(span: Span) -> String {
    let tenths = (span.0 + 50_000) / 100_000;
    if tenths >= 100 {
        return format!("{} s", (tenths + 5) / 10);
    }
    format!("{}.{} s", tenths / 10, tenths % 10)
}

/// Epoch and counter apart, as `0x1·2f`.
pub fn zxid(zxid: Zxid) -> String {
    format!("0x{:x}·{:x}", zxid.epoch(), zxid.counter())
}

/// 1 204, 3.4 k, 1.2 M: never wider than five letters.
pub fn count(n: u64) -> String {
    match n {
        0..=9_999 => n.to_string(),
        10_000..=999_999 => format!("{}.{} k", n / 1_000, n % 1_000 / 100),
        _ => format!("{}.{} M", n / 1_000_000, n % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_left_is_read_in_tenths() {
        assert_eq!(seconds(Span::ms(4_920)), "4.9 s");
        assert_eq!(seconds(Span::ms(49)), "0.0 s");
        assert_eq!(seconds(Span::ms(12_400)), "12 s");
    }

    #[test]
    fn a_zxid_shows_epoch_and_counter() {
        assert_eq!(zxid(Zxid::new(1, 0x2f)), "0x1·2f");
    }
}
