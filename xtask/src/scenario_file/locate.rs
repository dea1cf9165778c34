//! Where in a JSON text a field stands.

/// The line of the field with this path (`steps[3].do.kill`), or of the nearest thing around it that exists.
pub(super) fn line_of(text: &str, path: &str) -> Option<u32> {
    let at = position_of(text, path)?;
    u32::try_from(1 + text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count()).ok()
}

/// The text of the value with this path.
pub(super) fn text_of<'a>(text: &'a str, path: &str) -> Option<&'a str> {
    let start = position_of(text, path)?;
    let mut reader = Reader { bytes: text.as_bytes(), at: start };
    // At a member, the position is that of its key.
    if reader.peek() == Some(b'"') && !path.ends_with(']') {
        reader.skip_string();
        reader.spaces();
        reader.at += 1;
        reader.spaces();
    }
    let from = reader.at;
    reader.skip_value();
    text.get(from..reader.at)
}

fn position_of(text: &str, path: &str) -> Option<usize> {
    let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
    reader.spaces();
    let mut found = reader.at;
    for part in parts(path) {
        let next = match part {
            Part::Member(name) => reader.enter_member(&name),
            Part::Index(index) => reader.enter_index(index),
        };
        match next {
            Some(at) => found = at,
            None => break,
        }
    }
    Some(found)
}

enum Part {
    Member(String),
    Index(usize),
}

/// A member whose name has a dot is written `["…"]`.
fn parts(path: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix("[\"") {
            let end = inner.find("\"]").unwrap_or(inner.len());
            parts.push(Part::Member(inner[..end].to_owned()));
            rest = inner.get(end + 2..).unwrap_or("");
        } else if let Some(inner) = rest.strip_prefix('[') {
            let end = inner.find(']').unwrap_or(inner.len());
            parts.push(Part::Index(inner[..end].parse().unwrap_or(usize::MAX)));
            rest = inner.get(end + 1..).unwrap_or("");
        } else {
            let inner = rest.strip_prefix('.').unwrap_or(rest);
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            if end > 0 {
                parts.push(Part::Member(inner[..end].to_owned()));
            }
            rest = &inner[end..];
        }
    }
    parts
}

/// Walks over a text that is known to be JSON.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn spaces(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Stands at the member's value afterwards; its key's position comes back.
    fn enter_member(&mut self, name: &str) -> Option<usize> {
        if self.peek()? != b'{' {
            return None;
        }
        self.at += 1;
        loop {
            self.spaces();
            let key_at = self.at;
            if self.peek()? != b'"' {
                return None;
            }
            self.skip_string();
            let key = &self.bytes[key_at + 1..self.at - 1];
            self.spaces();
            self.at += 1;
            self.spaces();
            if key == name.as_bytes() {
                return Some(key_at);
            }
            self.skip_value();
            self.spaces();
            if self.peek()? != b',' {
                return None;
            }
            self.at += 1;
        }
    }

    fn enter_index(&mut self, index: usize) -> Option<usize> {
        if self.peek()? != b'[' {
            return None;
        }
        self.at += 1;
        self.spaces();
        for _ in 0..index {
            self.skip_value();
            self.spaces();
            if self.peek()? != b',' {
                return None;
            }
            self.at += 1;
            self.spaces();
        }
        (self.peek()? != b']').then_some(self.at)
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
    }

    fn skip_value(&mut self) {
        let mut depth = 0u32;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.skip_string();
                    if depth == 0 {
                        return;
                    }
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth <= 1 => {
                    if depth == 1 {
                        self.at += 1;
                    }
                    return;
                }
                b'}' | b']' => depth -= 1,
                b',' if depth == 0 => return,
                byte if byte.is_ascii_whitespace() && depth == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }
}
