//! What refers to which data. The linker knows it and says so in its relocations; afterwards an address is a number like
//! any other.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wasmparser::{
    KnownCustom, Linking, LinkingSectionReader, Parser, Payload, RelocSectionReader, RelocationType, SymbolInfo,
};

use super::data::{Segment, read_segment};
use super::module::failed;
use workshop::Error;

/// A piece of data that is only referred to as a whole: a literal, a table, a static.
pub(super) type Piece = usize;

/// What the linker says of a module.
pub(super) struct References {
    /// The addresses of the pieces, in order.
    pieces: Vec<Range<u32>>,
    /// The pieces that a piece points to.
    of_piece: Vec<Vec<Piece>>,
    /// Each number by which some function means a piece. It may lie outside of it: a table whose first entry is that of
    /// the number 4 is referred to by the address four entries before it.
    meant_by: BTreeMap<u32, BTreeSet<Piece>>,
}

impl References {
    /// Of a module that was linked with `--emit-relocs`.
    pub(super) fn read(wasm: &[u8]) -> Result<Self, Error> {
        let linked = Linked::parse(wasm)?;
        let mut references = Self { pieces: pieces_of(&linked)?, of_piece: Vec::new(), meant_by: BTreeMap::new() };
        references.of_piece.resize(references.pieces.len(), Vec::new());
        for relocation in &linked.relocations {
            // A symbol without data is a mark of the linker's own, like the end of the stack.
            let Some(symbol) = &linked.symbols[relocation.symbol] else { continue };
            let Some(piece) = references.piece_at(symbol.start) else { continue };
            let meant = symbol.start.wrapping_add(relocation.addend);
            if meant != relocation.written {
                return Err(failed("an address is not what its relocation says"));
            }
            match relocation.place {
                Place::Code => drop(references.meant_by.entry(meant).or_default().insert(piece)),
                Place::Data(offset) => {
                    let holder = linked.address_of(offset).and_then(|address| references.piece_at(address));
                    let holder = holder.ok_or_else(|| failed("a pointer stands outside of all named data"))?;
                    references.of_piece[holder].push(piece);
                }
            }
        }
        Ok(references)
    }

    fn piece_at(&self, address: u32) -> Option<Piece> {
        let after = self.pieces.partition_point(|piece| piece.start <= address);
        after.checked_sub(1).filter(|piece| self.pieces[*piece].contains(&address))
    }

    pub(super) fn pieces(&self) -> &[Range<u32>] {
        &self.pieces
    }

    /// Whether a piece has addresses in it.
    pub(super) fn points(&self, piece: Piece) -> bool {
        !self.of_piece[piece].is_empty()
    }

    /// What a number may mean in a function. One that the linker did not write is an address only if a tool that came later
    /// has computed it; then it lies in what it means.
    pub(super) fn meant_by(&self, number: u32) -> Vec<Piece> {
        match self.meant_by.get(&number) {
            Some(pieces) => pieces.iter().copied().collect(),
            None => self.piece_at(number).into_iter().collect(),
        }
    }

    /// These pieces and all that can be reached from them.
    pub(super) fn reached_from(&self, mut found: BTreeSet<Piece>) -> BTreeSet<Piece> {
        let mut open: Vec<Piece> = found.iter().copied().collect();
        while let Some(piece) = open.pop() {
            open.extend(self.of_piece[piece].iter().copied().filter(|next| found.insert(*next)));
        }
        found
    }
}

/// Symbols that share bytes are one piece.
fn pieces_of(linked: &Linked<'_>) -> Result<Vec<Range<u32>>, Error> {
    let mut symbols: Vec<Range<u32>> =
        linked.symbols.iter().flatten().filter(|range| !range.is_empty()).cloned().collect();
    symbols.sort_unstable_by_key(|range| (range.start, range.end));
    let mut pieces: Vec<Range<u32>> = Vec::with_capacity(symbols.len());
    for symbol in symbols {
        match pieces.last_mut() {
            Some(last) if symbol.start < last.end => last.end = last.end.max(symbol.end),
            _ => pieces.push(symbol),
        }
    }
    if pieces.is_empty() { Err(failed("the linker did not say what refers to which data")) } else { Ok(pieces) }
}

/// Where the linker wrote an address.
#[derive(Clone, Copy)]
enum Place {
    Code,
    /// From the beginning of the section of data.
    Data(usize),
}

struct Relocation {
    place: Place,
    /// What stands there.
    written: u32,
    symbol: usize,
    addend: u32,
}

/// A linked module, as far as it is about data.
struct Linked<'a> {
    segments: Vec<PlacedSegment<'a>>,
    /// The addresses of each symbol that is data.
    symbols: Vec<Option<Range<u32>>>,
    relocations: Vec<Relocation>,
}

struct PlacedSegment<'a> {
    segment: Segment<'a>,
    /// From the beginning of the section of data.
    offset: usize,
}

impl<'a> Linked<'a> {
    fn parse(wasm: &'a [u8]) -> Result<Self, Error> {
        let mut linked = Self { segments: Vec::new(), symbols: Vec::new(), relocations: Vec::new() };
        // Relocations name sections by their place in the file.
        let (mut sections, mut code, mut data) = (0, None, None);
        let (mut code_begins, mut data_begins) = (0, 0);
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload.map_err(failed)?;
            let is_section = payload.as_section().is_some();
            match payload {
                Payload::CodeSectionStart { range, .. } => (code, code_begins) = (Some(sections), range.start),
                Payload::DataSection(reader) => {
                    data = Some(sections);
                    data_begins = reader.range().start;
                    for segment in reader {
                        let segment = segment.map_err(failed)?;
                        let offset = segment.range.end - segment.data.len() - data_begins;
                        linked.segments.push(PlacedSegment { segment: read_segment(segment)?, offset });
                    }
                }
                Payload::CustomSection(reader) => match reader.as_known() {
                    KnownCustom::Linking(reader) => linked.read_symbols(&reader)?,
                    KnownCustom::Reloc(reader) => {
                        let section = Some(reader.section_index());
                        if section == code {
                            linked.read_relocations(&reader, |_| Place::Code, &wasm[code_begins..])?;
                        } else if section == data {
                            linked.read_relocations(&reader, Place::Data, &wasm[data_begins..])?;
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
            sections += u32::from(is_section);
        }
        Ok(linked)
    }

    fn read_symbols(&mut self, reader: &LinkingSectionReader<'_>) -> Result<(), Error> {
        for subsection in reader.subsections() {
            let Linking::SymbolTable(symbols) = subsection.map_err(failed)? else { continue };
            for symbol in symbols {
                let SymbolInfo::Data { symbol: Some(defined), .. } = symbol.map_err(failed)? else {
                    self.symbols.push(None);
                    continue;
                };
                let segment = self.segments.get(defined.index as usize);
                self.symbols.push(segment.map(|placed| {
                    let start = placed.segment.address + defined.offset;
                    start..start + defined.size
                }));
            }
        }
        Ok(())
    }

    fn read_relocations(
        &mut self,
        reader: &RelocSectionReader<'_>,
        place: fn(usize) -> Place,
        section: &[u8],
    ) -> Result<(), Error> {
        use RelocationType as R;
        for entry in reader.entries() {
            let entry = entry.map_err(failed)?;
            match entry.ty {
                R::FunctionIndexLeb
                | R::TableIndexSleb
                | R::TableIndexI32
                | R::TypeIndexLeb
                | R::GlobalIndexLeb
                | R::GlobalIndexI32
                | R::TableNumberLeb => {}
                R::MemoryAddrLeb | R::MemoryAddrSleb | R::MemoryAddrI32 => self.relocations.push(Relocation {
                    place: place(entry.offset as usize),
                    written: section.get(entry.relocation_range()).map_or(0, written),
                    symbol: entry.index as usize,
                    addend: entry.addend as u32,
                }),
                other => return Err(failed(format!("it has a relocation of kind {other:?}"))),
            }
        }
        Ok(())
    }

    /// Of what stands at a place in the section of data.
    fn address_of(&self, offset: usize) -> Option<u32> {
        self.segments.iter().find_map(|PlacedSegment { segment, offset: begins }| {
            let within = offset.checked_sub(*begins).filter(|within| *within < segment.bytes.len())?;
            Some(segment.address + within as u32)
        })
    }
}

/// The address in these bytes: four as they are in memory, or five with seven bits each.
fn written(bytes: &[u8]) -> u32 {
    let bits = if bytes.len() == 4 { 8 } else { 7 };
    let low = |byte: u8| u32::from(byte) & ((1 << bits) - 1);
    bytes.iter().rev().fold(0, |number, byte| (number << bits) | low(*byte))
}
