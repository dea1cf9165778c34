//! How the harness talks with its Java processes (`conform/java/Wire.java`): a line is fields between tabs.

/// One field; `None` is Java's null.
pub(super) type Field = Option<String>;

/// Fields as one line, without its end.
pub(super) fn line<'a>(fields: impl IntoIterator<Item = Option<&'a str>>) -> String {
    let mut line = String::new();
    for (nth, field) in fields.into_iter().enumerate() {
        if nth > 0 {
            line.push('\t');
        }
        match field {
            None => line.push_str("\\0"),
            Some(text) => text.chars().for_each(|c| match c {
                '\\' => line.push_str("\\\\"),
                '\t' => line.push_str("\\t"),
                '\n' => line.push_str("\\n"),
                '\r' => line.push_str("\\r"),
                c => line.push(c),
            }),
        }
    }
    line
}

/// The fields of a line.
pub(super) fn fields(line: &str) -> Vec<Field> {
    line.split('\t').map(|field| (field != "\\0").then(|| plain(field))).collect()
}

fn plain(field: &str) -> String {
    let mut text = String::new();
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(match chars.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            }),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_reads_back() {
        for given in [vec![Some("a\tb\nc\\0\r"), None, Some("")], vec![Some("\\0")], vec![Some("零"), Some("\\")]] {
            let back = fields(&line(given.iter().copied()));
            assert_eq!(back, given.iter().map(|field| field.map(str::to_owned)).collect::<Vec<_>>());
        }
    }
}
