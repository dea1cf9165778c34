//! Simulated time as text. Digits and units are the same in both languages.

use sim_core::time::{SimTime, Span};

/// "18.431" seconds since the story began; before it, with a minus.
pub fn clock(at: SimTime, start: SimTime) -> String {
    if at >= start {
        let ms = at.since(start).as_ms();
        format!("{}.{:03}", ms / 1_000, ms % 1_000)
    } else {
        let ms = start.since(at).as_ms();
        format!("−{}.{:03}", ms / 1_000, ms % 1_000)
    }
}

/// "640 µs", "7 ms", "5.3 s", "2 min".
pub fn span(span: Span) -> String {
    match span.0 {
        us @ 0..1_000 => format!("{us} µs"),
        us @ 1_000..10_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        us @ 10_000..1_000_000 => format!("{} ms", us / 1_000),
        us @ 1_000_000..100_000_000 => format!("{}.{} s", us / 1_000_000, us % 1_000_000 / 100_000),
        us => format!("{} min", us / 60_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_write_them() {
        let texts: Vec<String> =
            [640, 1_400, 70_000, 5_300_000, 180_000_000].into_iter().map(|us| span(Span(us))).collect();
        assert_eq!(texts, ["640 µs", "1.4 ms", "70 ms", "5.3 s", "3 min"]);
    }

    #[test]
    fn the_clock_counts_from_the_storys_beginning() {
        assert_eq!(clock(SimTime::from_ms(20_431), SimTime::from_ms(2_000)), "18.431");
        assert_eq!(clock(SimTime::from_ms(1_500), SimTime::from_ms(2_000)), "−0.500");
    }
}
