//! One value of a file that is being read. Whatever is wrong with it becomes a [`Problem`] at its place.

use crate::problem::{Kind, Problem};
use sim_core::json::{Json, Place};

/// What is wrong, and with which value: its number in the order of the text.
pub(crate) struct Wrong {
    pub(crate) nth: usize,
    pub(crate) problem: Problem,
}

pub(crate) type Result<T> = std::result::Result<T, Wrong>;

#[derive(Clone, Copy)]
pub(crate) struct Spot<'a> {
    pub(crate) json: &'a Json,
    pub(crate) places: &'a [Place],
    pub(crate) nth: usize,
}

impl<'a> Spot<'a> {
    pub(crate) fn wrong(self, problem: Problem) -> Wrong {
        Wrong { nth: self.nth, problem }
    }

    pub(crate) fn err<T>(self, problem: Problem) -> Result<T> {
        Err(self.wrong(problem))
    }

    fn kind<T>(self, found: Option<T>, kind: Kind) -> Result<T> {
        found.ok_or_else(|| self.wrong(Problem::Expected(kind)))
    }

    pub(crate) fn text(self) -> Result<&'a str> {
        self.kind(self.json.as_text().map(|text| &**text), Kind::Text)
    }

    pub(crate) fn yes(self) -> Result<bool> {
        let yes = match self.json {
            Json::Bool(yes) => Some(*yes),
            _ => None,
        };
        self.kind(yes, Kind::Bool)
    }

    /// An integer in this range.
    pub(crate) fn number(self, min: i64, max: i64) -> Result<i64> {
        let number = self.kind(self.json.as_int(), Kind::Integer)?;
        if (min..=max).contains(&number) { Ok(number) } else { self.err(Problem::Range { value: number, min, max }) }
    }

    pub(crate) fn u16(self) -> Result<u16> {
        self.number(0, i64::from(u16::MAX)).map(|number| number as u16)
    }

    pub(crate) fn u32(self) -> Result<u32> {
        self.number(0, i64::from(u32::MAX)).map(|number| number as u32)
    }

    pub(crate) fn i32(self) -> Result<i32> {
        self.number(i64::from(i32::MIN), i64::from(i32::MAX)).map(|number| number as i32)
    }

    pub(crate) fn items(self) -> Result<Vec<Spot<'a>>> {
        let items = self.kind(self.json.as_list(), Kind::List)?;
        Ok(self.inside(items.iter()))
    }

    /// The members, whatever their names are.
    pub(crate) fn members(self) -> Result<Vec<(&'a str, Spot<'a>)>> {
        let members = self.kind(self.json.as_map(), Kind::Object)?;
        let values = self.inside(members.iter().map(|(_, value)| value));
        let named: Vec<(&str, Spot<'_>)> = members.iter().map(|(name, _)| &**name).zip(values).collect();
        for (nth, (name, spot)) in named.iter().enumerate() {
            if named[..nth].iter().any(|(other, _)| other == name) {
                return spot.err(Problem::FieldTwice((*name).into()));
            }
        }
        Ok(named)
    }

    /// The members of an object that has no other fields than these.
    pub(crate) fn object(self, fields: &'static [&'static str]) -> Result<Object<'a>> {
        let members = self.members()?;
        match members.iter().find(|(name, _)| !fields.contains(name)) {
            Some((name, spot)) => spot.err(Problem::UnknownField { name: (*name).into(), fields }),
            None => Ok(Object { spot: self, members }),
        }
    }

    /// A variant: a text, or an object with one member, which is its content.
    pub(crate) fn variant(self, names: &'static [&'static str]) -> Result<(&'static str, Option<Spot<'a>>)> {
        let (name, at, content) = match self.json {
            Json::Text(name) => (&**name, self, None),
            _ => {
                let members = self.members()?;
                match members.as_slice() {
                    [(name, content)] => (*name, *content, Some(*content)),
                    _ => return self.err(Problem::OneOf(names)),
                }
            }
        };
        match names.iter().find(|known| **known == name) {
            Some(known) => Ok((known, content)),
            // What is unknown is the name, and that stands where the variant does.
            None => Err(Wrong {
                nth: if content.is_some() { self.nth } else { at.nth },
                problem: Problem::UnknownWord { word: name.into(), words: names },
            }),
        }
    }

    /// A word out of these, by its number.
    pub(crate) fn word(self, words: &'static [&'static str]) -> Result<usize> {
        let text = self.text()?;
        match words.iter().position(|word| *word == text) {
            Some(nth) => Ok(nth),
            None => self.err(Problem::UnknownWord { word: text.into(), words }),
        }
    }

    fn inside(self, values: impl Iterator<Item = &'a Json>) -> Vec<Spot<'a>> {
        let mut nth = self.nth + 1;
        let mut spots = Vec::new();
        for json in values {
            spots.push(Spot { json, places: self.places, nth });
            nth = self.places.get(nth).map_or(nth, |place| place.next);
        }
        spots
    }

    /// The path of the value with this number, from this one on: `steps[3].do.kill`.
    pub(crate) fn path_to(self, wanted: usize) -> String {
        let mut path = String::new();
        let mut here = self;
        while here.nth != wanted {
            let is_in = |spot: &Spot<'_>| {
                wanted >= spot.nth && spot.places.get(spot.nth).is_some_and(|place| wanted < place.next)
            };
            let next = match here.json {
                Json::Map(members) => {
                    let mut spots = here.inside(members.iter().map(|(_, value)| value)).into_iter();
                    let found = members.iter().find_map(|(name, _)| Some((name, spots.next().filter(is_in)?)));
                    found.map(|(name, spot)| {
                        if name.contains('.') {
                            path.push_str(&["[\"", name, "\"]"].concat());
                        } else {
                            path.push_str(if path.is_empty() { "" } else { "." });
                            path.push_str(name);
                        }
                        spot
                    })
                }
                Json::List(items) => {
                    let found = here.inside(items.iter()).into_iter().enumerate().find(|(_, spot)| is_in(spot));
                    found.map(|(nth, spot)| {
                        path.push_str(&["[", &nth.to_string(), "]"].concat());
                        spot
                    })
                }
                _ => None,
            };
            let Some(next) = next else { break };
            here = next;
        }
        path
    }
}

/// An object whose fields are known to exist.
pub(crate) struct Object<'a> {
    pub(crate) spot: Spot<'a>,
    members: Vec<(&'a str, Spot<'a>)>,
}

impl<'a> Object<'a> {
    /// `null` counts as not given.
    pub(crate) fn get(&self, name: &str) -> Option<Spot<'a>> {
        self.members.iter().find(|(other, spot)| *other == name && *spot.json != Json::Null).map(|(_, spot)| *spot)
    }

    pub(crate) fn need(&self, name: &'static str) -> Result<Spot<'a>> {
        match self.get(name) {
            Some(spot) => Ok(spot),
            None => self.spot.err(Problem::Missing(name)),
        }
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<&'a str> {
        self.need(name)?.text()
    }

    /// The items of a list that may be left out.
    pub(crate) fn items(&self, name: &str) -> Result<Vec<Spot<'a>>> {
        self.get(name).map_or(Ok(Vec::new()), Spot::items)
    }

    pub(crate) fn yes(&self, name: &str, otherwise: bool) -> Result<bool> {
        self.get(name).map_or(Ok(otherwise), Spot::yes)
    }
}
