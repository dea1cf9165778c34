//! Simulated time as text. Digits and units are the same in both languages.

use crate::i18n::{Label, Lang};
use crate::playback::Pace;
use sim_core::kafka::timestamp;
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

/// "auto pace ½×", "1 s = 20 ms".
pub fn pace(pace: Pace, lang: Lang) -> String {
    let story = Label::StoryTime.text(lang);
    match pace {
        Pace::USUAL => story.to_string(),
        Pace::Story { percent: 50 } => format!("{story} ½×"),
        Pace::Story { percent } => format!("{story} {}×", percent / 100),
        Pace::Constant { us_per_s } => {
            let span = span(Span(us_per_s)).replace(".0", "");
            match lang {
                Lang::En => format!("1 s = {span}"),
                Lang::Zh => format!("1 秒演示 {span}"),
            }
        }
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

/// A moment of the cluster's wall clock: its date and its time of day, to the millisecond.
struct WallClock {
    year: u64,
    /// 0 … 11
    month: usize,
    day: u64,
    /// 0 is Thursday, as on 1 January 1970.
    weekday: usize,
    hour: u64,
    minute: u64,
    second: u64,
    ms: u64,
}

/// The same wall clock that payloads show. Nothing is written at zero: it is the znodes that every tree begins with, whose
/// times are 0 in the real one too (`DataTree`'s constructor).
fn wall_clock(at: SimTime) -> WallClock {
    let epoch_ms = if at == SimTime::ZERO { 0 } else { timestamp(at) };
    let (days, of_day) = (epoch_ms / 86_400_000, epoch_ms % 86_400_000);
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let (mut year, mut day) = (1970, days);
    while day >= 365 + u64::from(is_leap(year)) {
        day -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    WallClock {
        year,
        month,
        day: day + 1,
        weekday: (days % 7) as usize,
        hour: of_day / 3_600_000,
        minute: of_day / 60_000 % 60,
        second: of_day / 1_000 % 60,
        ms: of_day % 1_000,
    }
}

/// "2014-05-13 16:53:22.378 UTC".
pub fn date(at: SimTime) -> String {
    let WallClock { year, month, day, hour, minute, second, ms, .. } = wall_clock(at);
    format!("{year}-{:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{ms:03} UTC", month + 1)
}

/// As `java.util.Date.toString` writes it, and zkCli with it: "Tue May 13 16:53:22 UTC 2014".
pub fn java_date(at: SimTime) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let WallClock { year, month, day, weekday, hour, minute, second, .. } = wall_clock(at);
    let (weekday, month) = (WEEKDAYS[weekday], MONTHS[month]);
    format!("{weekday} {month} {day:02} {hour:02}:{minute:02}:{second:02} UTC {year}")
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
    fn a_znodes_times_are_dates_of_the_same_wall_clock_as_payloads() {
        let at = SimTime::from_ms(2_378);
        assert_eq!(date(at), "2014-05-13 16:53:22.378 UTC");
        assert_eq!(java_date(at), "Tue May 13 16:53:22 UTC 2014");
        assert_eq!(java_date(SimTime::from_ms(20 * 86_400_000)), "Mon Jun 02 16:53:20 UTC 2014");
        assert_eq!(java_date(SimTime::ZERO), "Thu Jan 01 00:00:00 UTC 1970", "made with the tree itself");
    }

    #[test]
    fn the_clock_counts_from_the_storys_beginning() {
        assert_eq!(clock(SimTime::from_ms(20_431), SimTime::from_ms(2_000)), "18.431");
        assert_eq!(clock(SimTime::from_ms(1_500), SimTime::from_ms(2_000)), "−0.500");
    }
}
