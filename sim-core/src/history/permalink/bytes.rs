//! Numbers, texts and lists as bytes: small numbers are short, and a text that comes again is a number.

use super::LinkError;
use crate::release::Kafka;
use std::sync::Arc;

/// Lists in lists beyond this are nothing of ours.
const DEPTH_MAX: u8 = 8;

/// What can stand in a link.
pub(super) trait Coded: Sized {
    fn write(&self, to: &mut Writer);
    fn read(from: &mut Reader<'_>) -> Result<Self, LinkError>;
}

#[derive(Default)]
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
    texts: Vec<Arc<str>>,
    /// Whose defaults are left out.
    pub(super) kafka: Option<Kafka>,
}

pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    texts: Vec<Arc<str>>,
    depth: u8,
    pub(super) kafka: Option<Kafka>,
}

impl Writer {
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// Numbers near zero are short, the negative ones too.
    pub(super) fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, texts: Vec::new(), depth: 0, kafka: None }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn byte(&mut self) -> Result<u8, LinkError> {
        let (byte, rest) = self.bytes.split_first().ok_or(LinkError::Damaged)?;
        self.bytes = rest;
        Ok(*byte)
    }

    pub(super) fn take(&mut self, count: u64) -> Result<&'a [u8], LinkError> {
        let count = usize::try_from(count).map_err(|_| LinkError::Damaged)?;
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(LinkError::Damaged)?;
        self.bytes = rest;
        Ok(taken)
    }

    pub(super) fn number(&mut self) -> Result<u64, LinkError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(LinkError::Damaged);
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(LinkError::Damaged)
    }

    pub(super) fn signed(&mut self) -> Result<i64, LinkError> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }
}

macro_rules! coded_numbers {
    ($($ty:ty),*) => { $(
        impl Coded for $ty {
            fn write(&self, to: &mut Writer) {
                to.number(u64::from(*self));
            }

            fn read(from: &mut Reader<'_>) -> Result<$ty, LinkError> {
                <$ty>::try_from(from.number()?).map_err(|_| LinkError::Damaged)
            }
        }
    )* };
}
coded_numbers!(u16, u32, u64);

impl Coded for i32 {
    fn write(&self, to: &mut Writer) {
        to.signed(i64::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Result<i32, LinkError> {
        i32::try_from(from.signed()?).map_err(|_| LinkError::Damaged)
    }
}

impl Coded for bool {
    fn write(&self, to: &mut Writer) {
        to.bytes.push(u8::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Result<bool, LinkError> {
        match from.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(LinkError::Damaged),
        }
    }
}

/// Twice its length and its letters; or, when it has been there, twice its number and one.
impl Coded for Arc<str> {
    fn write(&self, to: &mut Writer) {
        match to.texts.iter().position(|text| text == self) {
            Some(nth) => to.number(nth as u64 * 2 + 1),
            None => {
                to.number(self.len() as u64 * 2);
                to.bytes.extend(self.as_bytes());
                to.texts.push(self.clone());
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Arc<str>, LinkError> {
        let number = from.number()?;
        if number & 1 == 1 {
            let nth = usize::try_from(number >> 1).map_err(|_| LinkError::Damaged)?;
            return from.texts.get(nth).cloned().ok_or(LinkError::Damaged);
        }
        let text = std::str::from_utf8(from.take(number >> 1)?).map_err(|_| LinkError::Damaged)?;
        let text: Arc<str> = text.into();
        from.texts.push(text.clone());
        Ok(text)
    }
}

impl<T: Coded> Coded for Option<T> {
    fn write(&self, to: &mut Writer) {
        self.is_some().write(to);
        if let Some(value) = self {
            value.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Option<T>, LinkError> {
        Ok(if bool::read(from)? { Some(T::read(from)?) } else { None })
    }
}

impl<T: Coded> Coded for Vec<T> {
    fn write(&self, to: &mut Writer) {
        to.number(self.len() as u64);
        self.iter().for_each(|item| item.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Result<Vec<T>, LinkError> {
        let count = from.number()?;
        if from.depth == DEPTH_MAX {
            return Err(LinkError::Damaged);
        }
        from.depth += 1;
        // Not reserved at once: the count may be a damaged one. Each item takes a byte at least.
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(T::read(from)?);
        }
        from.depth -= 1;
        Ok(items)
    }
}

/// A struct: its fields in this order.
macro_rules! coded_struct {
    ($ty:ident { $($field:ident),* }) => {
        impl Coded for $ty {
            fn write(&self, to: &mut Writer) {
                $( self.$field.write(to); )*
            }

            fn read(from: &mut Reader<'_>) -> Result<$ty, LinkError> {
                $( let $field = Coded::read(from)?; )*
                Ok($ty { $($field),* })
            }
        }
    };
}
pub(super) use coded_struct;

/// An enum: the variant's tag, which is never changed and never given to another one, and its fields in this order.
macro_rules! coded_enum {
    ($ty:ident { $( $tag:literal => $variant:ident $( ( $($item:ident),* ) )? $( { $($field:ident),* } )? ),* $(,)? }) => {
        impl Coded for $ty {
            fn write(&self, to: &mut Writer) {
                match self {
                    $( $ty::$variant $( ( $($item),* ) )? $( { $($field),* } )? => {
                        to.bytes.push($tag);
                        $( $( $item.write(to); )* )?
                        $( $( $field.write(to); )* )?
                    } )*
                }
            }

            fn read(from: &mut Reader<'_>) -> Result<$ty, LinkError> {
                match from.byte()? {
                    $( $tag => {
                        $( $( let $item = Coded::read(from)?; )* )?
                        $( $( let $field = Coded::read(from)?; )* )?
                        Ok($ty::$variant $( ( $($item),* ) )? $( { $($field),* } )?)
                    } )*
                    _ => Err(LinkError::Damaged),
                }
            }
        }
    };
}
pub(super) use coded_enum;
