//! A small reader of JSON: the payloads of Kafka's znodes, and conditions over them. Numbers are integers,
//! as all of Kafka's are; a number with a fraction is kept as its text.

use std::sync::Arc;

/// What a JSON text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number that fits; others are not read.
    Int(i64),
    /// A number that is not a 64-bit integer.
    OtherNumber(Arc<str>),
    /// A text, with its escapes undone.
    Text(Arc<str>),
    /// In its order.
    List(Vec<Json>),
    /// In the order of the text.
    Map(Vec<(Arc<str>, Json)>),
}

/// Deeper texts are refused, so that no text exhausts the stack.
const DEPTH_MAX: u32 = 64;

/// Where a value is in its text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The beginning of a member's key; of any other value its own.
    pub key: usize,
    /// Its first byte in the text.
    pub from: usize,
    /// The byte after its last one.
    pub to: usize,
    /// The number of the first value that is not inside this one.
    pub next: usize,
}

/// Where a value is not what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `results[2].error`; empty: the whole value.
    pub at: String,
    /// None: nothing should be there.
    pub wanted: Option<Json>,
    /// None: nothing is there.
    pub found: Option<Json>,
}

/// A text that is not JSON, and up to where it could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson {
    /// The byte at which it went wrong.
    pub at: usize,
}

impl Json {
    /// The value of a whole text; nothing when it is not JSON.
    pub fn parse(text: &str) -> Option<Json> {
        Reader { text, at: 0, places: None }.whole()
    }

    /// The same for a text that was written by a person: with the place of each value, in the order of the text.
    pub fn parse_with_places(text: &str) -> Result<(Json, Vec<Place>), NotJson> {
        let mut reader = Reader { text, at: 0, places: Some(Vec::new()) };
        match reader.whole() {
            Some(json) => Ok((json, reader.places.unwrap_or_default())),
            None => Err(NotJson { at: reader.at }),
        }
    }

    /// A member of a map.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Map(members) => members.iter().find(|(name, _)| &**name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Json::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&Arc<str>> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Json]> {
        match self {
            Json::List(items) => Some(items),
            _ => None,
        }
    }

    /// The members in their order, if it is an object.
    pub fn as_map(&self) -> Option<&[(Arc<str>, Json)]> {
        match self {
            Json::Map(members) => Some(members),
            _ => None,
        }
    }

    /// Whether everything of `part` is in here: maps may have more members, all else is equal.
    pub fn has(&self, part: &Json) -> bool {
        match (self, part) {
            (Json::Map(_), Json::Map(members)) => {
                members.iter().all(|(key, value)| self.get(key).is_some_and(|mine| mine.has(value)))
            }
            _ => self == part,
        }
    }
}

impl Json {
    /// Equal, whatever the order of members in maps.
    pub fn same(&self, other: &Json) -> bool {
        match (self, other) {
            (Json::Map(mine), Json::Map(theirs)) => {
                mine.len() == theirs.len()
                    && mine.iter().all(|(key, value)| other.get(key).is_some_and(|their| value.same(their)))
            }
            (Json::List(mine), Json::List(theirs)) => {
                mine.len() == theirs.len() && mine.iter().zip(theirs).all(|(mine, their)| mine.same(their))
            }
            _ => self == other,
        }
    }

    /// The first place in the order of this one at which the other is not the same.
    pub fn first_difference(&self, other: &Json) -> Option<Difference> {
        self.difference_at(other, String::new())
    }

    fn difference_at(&self, other: &Json, at: String) -> Option<Difference> {
        if self.same(other) {
            return None;
        }
        let below = |key: &str| if at.is_empty() { key.to_owned() } else { [&at, ".", key].concat() };
        match (self, other) {
            (Json::Map(members), Json::Map(theirs)) => {
                for (key, value) in members {
                    match other.get(key) {
                        Some(their) => {
                            if let Some(found) = value.difference_at(their, below(key)) {
                                return Some(found);
                            }
                        }
                        None => return Some(Difference { at: below(key), wanted: Some(value.clone()), found: None }),
                    }
                }
                let (key, value) = theirs.iter().find(|(key, _)| self.get(key).is_none())?;
                Some(Difference { at: below(key), wanted: None, found: Some(value.clone()) })
            }
            (Json::List(items), Json::List(theirs)) if items.len() == theirs.len() => {
                let mut pairs = items.iter().zip(theirs).enumerate();
                pairs.find_map(|(nth, (item, their))| item.difference_at(their, format!("{at}[{nth}]")))
            }
            _ => Some(Difference { at, wanted: Some(self.clone()), found: Some(other.clone()) }),
        }
    }

    /// Its text on one line.
    pub fn one_line(&self) -> String {
        self.pretty().lines().map(str::trim_start).collect::<Vec<_>>().join(" ")
    }

    /// The text, a member or an item a line, indented by one space a level.
    pub fn pretty(&self) -> String {
        let mut text = String::new();
        self.write(0, &mut text);
        text
    }

    fn write(&self, depth: usize, to: &mut String) {
        let line = |depth: usize, to: &mut String| {
            to.push('\n');
            to.extend(std::iter::repeat_n(' ', depth));
        };
        match self {
            Json::Null => to.push_str("null"),
            Json::Bool(yes) => to.push_str(if *yes { "true" } else { "false" }),
            Json::Int(number) => to.push_str(&number.to_string()),
            Json::OtherNumber(text) => to.push_str(text),
            Json::Text(text) => quote(text, to),
            Json::List(items) if items.is_empty() => to.push_str("[]"),
            Json::Map(members) if members.is_empty() => to.push_str("{}"),
            Json::List(items) => {
                for (nth, item) in items.iter().enumerate() {
                    to.push_str(if nth == 0 { "[" } else { "," });
                    line(depth + 1, to);
                    item.write(depth + 1, to);
                }
                line(depth, to);
                to.push(']');
            }
            Json::Map(members) => {
                for (nth, (key, value)) in members.iter().enumerate() {
                    to.push_str(if nth == 0 { "{" } else { "," });
                    line(depth + 1, to);
                    quote(key, to);
                    to.push_str(": ");
                    value.write(depth + 1, to);
                }
                line(depth, to);
                to.push('}');
            }
        }
    }
}

/// Appends a text as a JSON string.
pub fn quote(text: &str, to: &mut String) {
    to.push('"');
    for c in text.chars() {
        match c {
            '"' => to.push_str("\\\""),
            '\\' => to.push_str("\\\\"),
            '\n' => to.push_str("\\n"),
            '\r' => to.push_str("\\r"),
            '\t' => to.push_str("\\t"),
            c if u32::from(c) < 0x20 => to.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => to.push(c),
        }
    }
    to.push('"');
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Kept when somebody wants to know them.
    places: Option<Vec<Place>>,
}

impl Reader<'_> {
    fn whole(&mut self) -> Option<Json> {
        let value = self.value(0, None)?;
        self.spaces();
        (self.at == self.text.len()).then_some(value)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        self.text[self.at..].starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    /// `key`: where the key of this member begins.
    fn value(&mut self, depth: u32, key: Option<usize>) -> Option<Json> {
        if depth > DEPTH_MAX {
            return None;
        }
        self.spaces();
        let (from, mut nth) = (self.at, 0);
        if let Some(places) = &mut self.places {
            nth = places.len();
            places.push(Place { key: key.unwrap_or(from), from, to: from, next: 0 });
        }
        let value = self.bare_value(depth)?;
        if let Some(places) = &mut self.places {
            let next = places.len();
            if let Some(place) = places.get_mut(nth) {
                (place.to, place.next) = (self.at, next);
            }
        }
        Some(value)
    }

    fn bare_value(&mut self, depth: u32) -> Option<Json> {
        match self.peek()? {
            b'n' => self.word("null", Json::Null),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'"' => self.string().map(|text| Json::Text(text.into())),
            b'[' => self.list(depth),
            b'{' => self.map(depth),
            b'-' | b'0'..=b'9' => self.number(),
            _ => None,
        }
    }

    fn list(&mut self, depth: u32) -> Option<Json> {
        self.take(b'[')?;
        let mut items = Vec::new();
        self.spaces();
        if self.take(b']').is_some() {
            return Some(Json::List(items));
        }
        loop {
            items.push(self.value(depth + 1, None)?);
            self.spaces();
            if self.take(b',').is_none() {
                self.take(b']')?;
                return Some(Json::List(items));
            }
        }
    }

    fn map(&mut self, depth: u32) -> Option<Json> {
        self.take(b'{')?;
        let mut members = Vec::new();
        self.spaces();
        if self.take(b'}').is_some() {
            return Some(Json::Map(members));
        }
        loop {
            self.spaces();
            let key_at = self.at;
            let key = self.string()?;
            self.spaces();
            self.take(b':')?;
            members.push((key.into(), self.value(depth + 1, Some(key_at))?));
            self.spaces();
            if self.take(b',').is_none() {
                self.take(b'}')?;
                return Some(Json::Map(members));
            }
        }
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.at;
        let _ = self.take(b'-');
        let whole = self.digits();
        // No leading zeros, as JSON has it.
        if whole == 0 || (whole > 1 && self.text.as_bytes()[self.at - whole] == b'0') {
            return None;
        }
        if self.take(b'.').is_some() && self.digits() == 0 {
            return None;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return None;
            }
        }
        let text = &self.text[start..self.at];
        Some(text.parse().map_or_else(|_| Json::OtherNumber(text.into()), Json::Int))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut out = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek()?, b'"' | b'\\' | 0..=0x1f) {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            if self.take(b'"').is_some() {
                return Some(out);
            }
            self.take(b'\\')?;
            let escaped = self.peek()?;
            self.at += 1;
            out.push(match escaped {
                b'"' | b'\\' | b'/' => char::from(escaped),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.unicode()?,
                _ => return None,
            });
        }
    }

    fn unicode(&mut self) -> Option<char> {
        let high = self.hex4()?;
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high);
        }
        self.take(b'\\')?;
        self.take(b'u')?;
        let low = self.hex4()?;
        if !(0xdc00..0xe000).contains(&low) {
            return None;
        }
        char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_s_state_is_read() {
        let state = Json::parse(r#"{"controller_epoch":1,"leader":-1,"version":1,"leader_epoch":0,"isr":[3,2]}"#);
        let state = state.expect("it is JSON");
        assert_eq!(state.get("leader").and_then(Json::as_int), Some(-1));
        assert_eq!(state.get("isr").and_then(Json::as_list), Some(&[Json::Int(3), Json::Int(2)][..]));
        assert!(state.has(&Json::parse(r#"{"isr":[3,2]}"#).expect("it is JSON")));
        assert!(!state.has(&Json::parse(r#"{"isr":[2,3]}"#).expect("it is JSON")));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in ["", "one", "01", "1.", "[1,]", "{\"a\"}", "\"a", "{} x", "\"\\ud800\"", "-", "+1", "nul"] {
            assert_eq!(Json::parse(text), None, "{text}");
        }
        assert_eq!(Json::parse(&"[".repeat(1_000_000)), None);
    }

    #[test]
    fn escapes_and_numbers_are_read() {
        assert_eq!(Json::parse(r#" "a\n\u00e9\ud83d\ude00" "#), Some(Json::Text("a\né😀".into())));
        assert_eq!(Json::parse("1.5e3"), Some(Json::OtherNumber("1.5e3".into())));
        assert_eq!(Json::parse("-7"), Some(Json::Int(-7)));
    }

    #[test]
    fn each_value_is_found_where_it_stands() {
        let text = r#"{ "a": [1, {"b": "x]}"}], "c": null }"#;
        let (json, places) = Json::parse_with_places(text).expect("it is JSON");
        assert_eq!(Json::parse(text), Some(json));
        let found: Vec<(&str, &str, usize)> = places
            .iter()
            .map(|place| (&text[place.key..place.key + 2], &text[place.from..place.to], place.next))
            .collect();
        let inner = r#"{"b": "x]}"}"#;
        let list = r#"[1, {"b": "x]}"}]"#;
        assert_eq!(
            found,
            [
                ("{ ", text, 6),
                ("\"a", list, 5),
                ("1,", "1", 3),
                ("{\"", inner, 5),
                ("\"b", "\"x]}\"", 5),
                ("\"c", "null", 6)
            ]
        );
        assert_eq!(Json::parse_with_places("[1,\n ?]"), Err(NotJson { at: 5 }));
    }

    #[test]
    fn the_first_difference_is_named_by_its_place() {
        let json = |text: &str| Json::parse(text).expect("it is JSON");
        let wanted = json(r#"{"results": [{"value": "ok"}, {"value": 1}], "ensemble": {}}"#);
        let at = |found: &str| wanted.first_difference(&json(found)).map(|difference| difference.at);
        assert_eq!(at(r#"{"ensemble": {}, "results": [{"value": "ok"}, {"value": 1}]}"#), None);
        assert_eq!(at(r#"{"results": [{"value": "ok"}, {"value": 2}]}"#).as_deref(), Some("results[1].value"));
        assert_eq!(at(r#"{"results": [{"value": "ok"}]}"#).as_deref(), Some("results"));
        assert_eq!(at(r#"{"results": [{"value": "ok"}, {"value": 1}]}"#).as_deref(), Some("ensemble"));
        let found = json(r#"{"results": [{"value": "ok"}, {"value": 1, "x": 0}], "ensemble": {}}"#);
        let more = Difference { at: "results[1].x".into(), wanted: None, found: Some(Json::Int(0)) };
        assert_eq!(wanted.first_difference(&found), Some(more));
    }

    #[test]
    fn what_is_quoted_reads_back() {
        let text = "a\"b\\c\n\u{1}é";
        let mut quoted = String::new();
        quote(text, &mut quoted);
        assert_eq!(Json::parse(&quoted), Some(Json::Text(text.into())));
    }
}
