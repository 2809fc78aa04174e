//! The run-length / bit-packing hybrid of Parquet, in which dictionary indices and definition levels are written.
//!
//! Source: Apache Parquet format, "Encodings", section "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)", 2024.

/// What is wrong with the bytes, for the reader's error.
pub type Wrong = &'static str;

const CUT: Wrong = "a page ends too early";

/// Where a decoder stands in the bytes of a page. The bytes are passed to every call, so that it holds no borrow.
#[derive(Clone, Debug)]
pub struct Hybrid {
    width: u32,
    position: usize,
    end: usize,
    run: Run,
}

#[derive(Clone, Debug)]
enum Run {
    /// The same value so many more times.
    Repeat { value: u32, left: usize },
    /// Values packed from byte `start` on; the next is number `next` of `count`.
    Packed { start: usize, next: usize, count: usize },
}

impl Hybrid {
    /// Reads values of `width` bits from `bytes[position..end]`.
    pub fn new(width: u32, position: usize, end: usize) -> Result<Self, Wrong> {
        if width > 32 {
            return Err("a page says that its codes have more than 32 bits");
        }
        Ok(Self { width, position, end, run: Run::Repeat { value: 0, left: 0 } })
    }

    /// Fills `out` with the next values.
    pub fn read(&mut self, bytes: &[u8], mut out: &mut [u32]) -> Result<(), Wrong> {
        while !out.is_empty() {
            match &mut self.run {
                Run::Repeat { left: 0, .. } => self.next_run(bytes)?,
                Run::Repeat { value, left } => {
                    let taken = out.len().min(*left);
                    let (head, tail) = out.split_at_mut(taken);
                    head.fill(*value);
                    *left -= taken;
                    out = tail;
                }
                Run::Packed { next, count, .. } if next == count => self.next_run(bytes)?,
                Run::Packed { start, next, count } => {
                    let taken = out.len().min(*count - *next);
                    let (head, tail) = out.split_at_mut(taken);
                    unpack(&bytes[*start..self.end], self.width, *next, head)?;
                    *next += taken;
                    out = tail;
                }
            }
        }
        Ok(())
    }

    /// If the next `count` values are known to be all `value` without looking at them one by one, passes over them.
    pub fn skip_if_all(&mut self, bytes: &[u8], value: u32, count: usize) -> Result<bool, Wrong> {
        if self.ran_out() && count > 0 {
            self.next_run(bytes)?;
        }
        match &mut self.run {
            Run::Repeat { value: repeated, left } if *repeated == value && *left >= count => {
                *left -= count;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn ran_out(&self) -> bool {
        match self.run {
            Run::Repeat { left, .. } => left == 0,
            Run::Packed { next, count, .. } => next == count,
        }
    }

    fn next_run(&mut self, bytes: &[u8]) -> Result<(), Wrong> {
        let header = self.header(bytes)?;
        let amount = usize::try_from(header >> 1).map_err(|_| CUT)?;
        if amount == 0 {
            return Err("a page holds an empty run");
        }
        if header & 1 == 1 {
            // Groups of eight; the last group of a page may be cut where its values end.
            let count = amount.checked_mul(8).ok_or(CUT)?;
            let size = amount.checked_mul(self.width as usize).ok_or(CUT)?;
            self.run = Run::Packed { start: self.position, next: 0, count };
            self.position = self.position.saturating_add(size).min(self.end);
        } else {
            let size = self.width.div_ceil(8) as usize;
            let value = bytes.get(self.position..self.position + size).filter(|_| self.position + size <= self.end);
            let value = value.ok_or(CUT)?.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte));
            self.position += size;
            self.run = Run::Repeat { value, left: amount };
        }
        Ok(())
    }

    /// The unsigned LEB128 number before every run.
    fn header(&mut self, bytes: &[u8]) -> Result<u64, Wrong> {
        let mut header = 0u64;
        for shift in (0..35).step_by(7) {
            if self.position >= self.end {
                return Err(CUT);
            }
            let byte = *bytes.get(self.position).ok_or(CUT)?;
            self.position += 1;
            header |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(header);
            }
        }
        Err("a page holds a run that is too long")
    }
}

/// Unpacks the values number `first..` of a bit-packed run.
fn unpack(packed: &[u8], width: u32, first: usize, out: &mut [u32]) -> Result<(), Wrong> {
    macro_rules! by_width {
        ($($width:literal)*) => {
            match width {
                0 => { out.fill(0); Ok(()) }
                $($width => unpack_width::<$width>(packed, first, out),)*
                _ => Err("a page says that its codes have more than 32 bits"),
            }
        };
    }
    by_width!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32)
}

/// [`unpack`] for one width, so that every shift is a constant.
fn unpack_width<const WIDTH: usize>(packed: &[u8], first: usize, out: &mut [u32]) -> Result<(), Wrong> {
    if ((first + out.len()) * WIDTH).div_ceil(8) > packed.len() {
        return Err(CUT);
    }
    // Single values up to the next group of eight, then whole groups while eight bytes can be loaded for each value.
    let head = (first.next_multiple_of(8) - first).min(out.len());
    let (single, out) = out.split_at_mut(head);
    for (index, value) in single.iter_mut().enumerate() {
        *value = single_value::<WIDTH>(packed, first + index);
    }
    let packed = &packed[(first + head) / 8 * WIDTH..];
    let slack = (7 * WIDTH / 8 + 8).saturating_sub(WIDTH);
    let groups = (out.len() / 8).min(packed.len().saturating_sub(slack) / WIDTH);
    let (whole, tail) = out.split_at_mut(groups * 8);
    for (group, values) in whole.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        let start = group * WIDTH;
        unpack_group::<WIDTH>(&packed[start..start + WIDTH + slack], values);
    }
    for (index, value) in tail.iter_mut().enumerate() {
        *value = single_value::<WIDTH>(packed, groups * 8 + index);
    }
    Ok(())
}

/// Eight values; `packed` has at least eight bytes from where each starts.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a group costs a few instructions; a call would double that")]
fn unpack_group<const WIDTH: usize>(packed: &[u8], values: &mut [u32; 8]) {
    let mask = u64::MAX >> (64 - WIDTH);
    if WIDTH <= 8 {
        let word = load(packed, 0);
        for (index, value) in values.iter_mut().enumerate() {
            *value = low(word >> (index * WIDTH) & mask);
        }
    } else {
        for (index, value) in values.iter_mut().enumerate() {
            let bit = index * WIDTH;
            *value = low(load(packed, bit / 8) >> (bit % 8) & mask);
        }
    }
}

#[inline]
fn single_value<const WIDTH: usize>(packed: &[u8], index: usize) -> u32 {
    let bit = index * WIDTH;
    let from = &packed[bit / 8..];
    let mut eight = [0; 8];
    let there = from.len().min(8);
    eight[..there].copy_from_slice(&from[..there]);
    low(u64::from_le_bytes(eight) >> (bit % 8) & (u64::MAX >> (64 - WIDTH)))
}

#[inline]
fn load(packed: &[u8], at: usize) -> u64 {
    packed[at..].first_chunk::<8>().map_or(0, |eight| u64::from_le_bytes(*eight))
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "masked to at most 32 bits")]
fn low(word: u64) -> u32 {
    word as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Packs by the book: value after value, lowest bit first.
    fn pack(values: &[u32], width: u32) -> Vec<u8> {
        let mut bytes = vec![0u8; (values.len() * width as usize).div_ceil(8)];
        for (index, value) in values.iter().enumerate() {
            for bit in 0..width as usize {
                let at = index * width as usize + bit;
                bytes[at / 8] |= u8::try_from(value >> bit & 1).unwrap_or(0) << (at % 8);
            }
        }
        bytes
    }

    proptest! {
        #[test]
        fn runs_come_back_whatever_the_pieces_they_are_read_in(
            width in 1u32..=32,
            runs in prop::collection::vec((any::<bool>(), 1usize..6, any::<u32>()), 1..8),
            pieces in prop::collection::vec(1usize..40, 1..10),
        ) {
            let mask = u32::MAX >> (32 - width);
            let (mut bytes, mut expected) = (Vec::new(), Vec::new());
            for (packed, amount, seed) in runs {
                if packed {
                    let values: Vec<u32> =
                        (0..amount * 8).map(|i| (seed.wrapping_mul(u32::try_from(i).unwrap() * 2 + 1)) & mask).collect();
                    bytes.push(u8::try_from(amount << 1 | 1).unwrap());
                    bytes.extend(pack(&values, width));
                    expected.extend(values);
                } else {
                    bytes.push(u8::try_from(amount << 1).unwrap());
                    bytes.extend(&(seed & mask).to_le_bytes()[..width.div_ceil(8) as usize]);
                    expected.extend(std::iter::repeat_n(seed & mask, amount));
                }
            }
            let mut hybrid = Hybrid::new(width, 0, bytes.len()).unwrap();
            let mut got = Vec::new();
            for piece in pieces.iter().cycle() {
                let piece = (*piece).min(expected.len() - got.len());
                if piece == 0 { break; }
                if got.len() % 3 == 0 && hybrid.skip_if_all(&bytes, 7 & mask, piece).unwrap() {
                    got.extend(std::iter::repeat_n(7 & mask, piece));
                    continue;
                }
                let mut out = vec![0; piece];
                hybrid.read(&bytes, &mut out).unwrap();
                got.extend(out);
            }
            prop_assert_eq!(got, expected);
            prop_assert!(hybrid.read(&bytes, &mut [0]).is_err());
        }

        #[test]
        fn any_bytes_give_values_or_an_error(width in 0u32..40, bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(mut hybrid) = Hybrid::new(width, 0, bytes.len()) {
                let mut out = [0; 100];
                let _ = hybrid.read(&bytes, &mut out);
            }
        }
    }
}
