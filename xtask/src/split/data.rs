//! Data in memory, and which of the files brings which of it.

use std::collections::BTreeSet;
use std::ops::Range;

use wasm_encoder::{ConstExpr, DataSection};
use wasmparser::{Data, DataKind, Operator};

use super::module::failed;
use super::references::{Piece, References};
use workshop::Error;

/// Bytes that stand in memory from the start.
#[derive(Clone, Copy)]
pub(super) struct Segment<'a> {
    pub(super) address: u32,
    pub(super) bytes: &'a [u8],
}

pub(super) fn read_segment(data: Data<'_>) -> Result<Segment<'_>, Error> {
    let DataKind::Active { memory_index: 0, offset_expr } = &data.kind else {
        return Err(failed("its memory is filled in an unknown way"));
    };
    let Ok(Operator::I32Const { value }) = offset_expr.get_operators_reader().read() else {
        return Err(failed("a place in its memory is not a constant"));
    };
    Ok(Segment { address: value as u32, bytes: data.data })
}

/// A section of data in which each segment is a part of one of the given ones.
fn write(segments: &[(u32, Vec<u8>)]) -> DataSection {
    let mut section = DataSection::new();
    for (address, bytes) in segments {
        section.active(0, &ConstExpr::i32_const(*address as i32), bytes.iter().copied());
    }
    section
}

/// The data as it came.
pub(super) fn whole(segments: &[Segment<'_>]) -> DataSection {
    let copies: Vec<(u32, Vec<u8>)> = segments.iter().map(|it| (it.address, it.bytes.to_vec())).collect();
    write(&copies)
}

/// The data of each file.
pub(super) struct Shares<'a> {
    segments: &'a [Segment<'a>],
    rest: Vec<Range<u32>>,
    chinese: Vec<Range<u32>>,
    /// No file brings it.
    unused: Vec<Range<u32>>,
}

impl<'a> Shares<'a> {
    /// `named` are the pieces that functions of the first file refer to, `named_later` those of the second one's.
    pub(super) fn make(
        segments: &'a [Segment<'a>],
        references: &References,
        named: BTreeSet<Piece>,
        named_later: BTreeSet<Piece>,
    ) -> Self {
        let (needed, needed_later) = (references.reached_from(named), references.reached_from(named_later));
        let (mut rest, mut chinese, mut unused) = (Vec::new(), Vec::new(), Vec::new());
        for (piece, range) in references.pieces().iter().enumerate() {
            if !needed.contains(&piece) {
                let share = if needed_later.contains(&piece) { &mut rest } else { &mut unused };
                share.push(range.clone());
            } else if !references.points(piece) && bytes_at(segments, range).is_some_and(is_chinese) {
                chinese.push(range.clone());
            }
        }
        Self { segments, rest: joined(rest), chinese: joined(chinese), unused }
    }

    /// With zeros in place of what the other files bring, or none: compressed they are less than a segment for each piece, and
    /// words that are not there would be seen.
    pub(super) fn first(&self) -> DataSection {
        let without = |segment: &Segment<'_>| {
            let mut bytes = segment.bytes.to_vec();
            for range in self.rest.iter().chain(&self.chinese).chain(&self.unused) {
                if let Some(within) = within(segment, range) {
                    bytes[within].fill(0);
                }
            }
            (segment.address, bytes)
        };
        write(&self.segments.iter().map(without).collect::<Vec<_>>())
    }

    pub(super) fn rest(&self) -> DataSection {
        self.of(&self.rest)
    }

    pub(super) fn chinese(&self) -> DataSection {
        self.of(&self.chinese)
    }

    fn of(&self, ranges: &[Range<u32>]) -> DataSection {
        let copy = |range: &Range<u32>| bytes_at(self.segments, range).map(|bytes| (range.start, bytes.to_vec()));
        write(&ranges.iter().filter_map(copy).collect::<Vec<_>>())
    }
}

/// The place of some addresses in a segment.
fn within(segment: &Segment<'_>, range: &Range<u32>) -> Option<Range<usize>> {
    let start = range.start.checked_sub(segment.address)? as usize;
    let within = start..start + range.len();
    (within.end <= segment.bytes.len()).then_some(within)
}

/// Nothing where the memory is only zeros from the start.
fn bytes_at<'a>(segments: &'a [Segment<'_>], range: &Range<u32>) -> Option<&'a [u8]> {
    segments.iter().find_map(|segment| Some(&segment.bytes[within(segment, range)?]))
}

/// Neighbours become one range.
fn joined(ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    let mut joined: Vec<Range<u32>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => joined.push(range),
        }
    }
    joined
}

/// What the English page says of the other language.
const NAME_OF_CHINESE: &str = "中文";

/// Whether only readers of 中文 can want it.
fn is_chinese(bytes: &[u8]) -> bool {
    let is_han = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    std::str::from_utf8(bytes).is_ok_and(|text| text.contains(is_han) && text != NAME_OF_CHINESE)
}
