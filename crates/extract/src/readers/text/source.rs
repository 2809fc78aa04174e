//! Where the bytes of a text file come from: the file itself, or a compressed one that is expanded as it is read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};

use encoding_rs::{CoderResult, Decoder};
use flate2::read::MultiGzDecoder;

use crate::readers::chunk::ReadError;
use crate::readers::fault::{LimitReached, io_error};
use crate::readers::limits::{Limits, in_words};

/// Bytes in a block that the expanding thread hands over.
const BLOCK: usize = 1 << 18;
/// Blocks it may be ahead.
const AHEAD: usize = 4;

/// A byte stream that can be opened as often as needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The file as it is.
    Plain(PathBuf),
    /// A gzip file, of one or more members.
    Gzip(PathBuf),
    /// A member of a zip archive.
    ZipMember {
        /// The archive.
        archive: PathBuf,
        /// Position in it.
        index: usize,
        /// Its compressed size.
        compressed: u64,
    },
}

impl Source {
    /// The file on disk.
    pub fn path(&self) -> &Path {
        match self {
            Self::Plain(path) | Self::Gzip(path) | Self::ZipMember { archive: path, .. } => path,
        }
    }

    /// The first bytes (at most `most`), and whether they are all.
    pub fn head(&self, name: &str, most: usize, limits: &Limits) -> Result<(Vec<u8>, bool), ReadError> {
        let mut head = Vec::new();
        let mut input = self.here(limits).map_err(|e| io_error(name, &e))?;
        input(&mut |bytes| (&mut *bytes).take(most as u64 + 1).read_to_end(&mut head).map(|_| ()))
            .map_err(|e| io_error(name, &e))?;
        let whole = head.len() <= most;
        head.truncate(most);
        Ok((head, whole))
    }

    /// All bytes from `start` on; compressed ones are expanded by a thread of their own, a few blocks ahead.
    pub fn bytes_from(&self, name: &str, start: u64, limits: &Limits) -> Result<Box<dyn Read + Send>, ReadError> {
        if let Self::Plain(path) = self {
            let mut file = File::open(path).map_err(|e| io_error(name, &e))?;
            file.seek(SeekFrom::Start(start)).map_err(|e| io_error(name, &e))?;
            return Ok(Box::new(file));
        }
        let mut input = self.here(limits).map_err(|e| io_error(name, &e))?;
        let (give, take) = sync_channel(AHEAD);
        std::thread::Builder::new()
            .name("expand".into())
            .spawn(move || {
                let outcome = input(&mut |bytes| {
                    io::copy(&mut (&mut *bytes).take(start), &mut io::sink())?;
                    loop {
                        let mut block = Vec::with_capacity(BLOCK);
                        (&mut *bytes).take(BLOCK as u64).read_to_end(&mut block)?;
                        // A closed channel means that nobody reads any more.
                        if block.is_empty() || give.send(Ok(block)).is_err() {
                            return Ok(());
                        }
                    }
                });
                if let Err(error) = outcome {
                    drop(give.send(Err(error)));
                }
            })
            .map_err(|e| io_error(name, &e))?;
        Ok(Box::new(Ahead { blocks: take, block: Vec::new(), at: 0 }))
    }

    /// A function that opens the stream and lends it to another. (A member of an archive cannot outlive the archive, so the
    /// stream is lent rather than given.)
    fn here(&self, limits: &Limits) -> io::Result<Lend> {
        let source = self.clone();
        let limits = limits.clone();
        Ok(match source {
            Self::Plain(path) => {
                let mut file = File::open(path)?;
                Box::new(move |user| user(&mut file))
            }
            Self::Gzip(path) => {
                let file = File::open(path)?;
                let guard = Guard::new(file.metadata()?.len(), &limits);
                let mut stream = guard.over(MultiGzDecoder::new(io::BufReader::with_capacity(1 << 16, file)));
                Box::new(move |user| user(&mut stream))
            }
            Self::ZipMember { archive, index, compressed } => {
                let file = io::BufReader::with_capacity(1 << 16, File::open(archive)?);
                let mut archive = zip::ZipArchive::new(file).map_err(io::Error::from)?;
                let guard = Guard::new(compressed, &limits);
                Box::new(move |user| {
                    let member = archive.by_index(index).map_err(io::Error::from)?;
                    user(&mut guard.over(member))
                })
            }
        })
    }
}

type Lend = Box<dyn FnMut(&mut dyn FnMut(&mut dyn Read) -> io::Result<()>) -> io::Result<()> + Send>;

/// How far a compressed stream may expand.
#[derive(Clone, Copy)]
pub(crate) struct Guard {
    compressed: u64,
    allowed: u64,
}

impl Guard {
    /// For a stream of `compressed` bytes.
    pub fn new(compressed: u64, limits: &Limits) -> Self {
        Self { compressed, allowed: limits.expansion(compressed) }
    }

    /// Watches a stream.
    pub fn over<R: Read>(self, inner: R) -> Guarded<R> {
        Guarded { inner, guard: self, seen: 0 }
    }
}

/// A stream that stops with an error when it expands too far.
pub(crate) struct Guarded<R> {
    inner: R,
    guard: Guard,
    seen: u64,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.seen += read as u64;
        if self.seen > self.guard.allowed {
            return Err(io::Error::other(LimitReached(format!(
                "{} of compressed data expand to more than {}; that is a damaged or a malicious file. If it is neither, expand it yourself and give the expanded file",
                in_words(self.guard.compressed),
                in_words(self.guard.allowed)
            ))));
        }
        Ok(read)
    }
}

/// The reading end of the expanding thread.
struct Ahead {
    blocks: Receiver<io::Result<Vec<u8>>>,
    block: Vec<u8>,
    at: usize,
}

impl Read for Ahead {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len() {
            match self.blocks.recv() {
                Ok(block) => (self.block, self.at) = (block?, 0),
                Err(_) => return Ok(0),
            }
        }
        let count = into.len().min(self.block.len() - self.at);
        into[..count].copy_from_slice(&self.block[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// UTF-16 turned into UTF-8 as it is read; a half character becomes U+FFFD, as everywhere.
pub(crate) struct Utf16<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    text_at: usize,
    text_end: usize,
    done: bool,
}

impl<R: Read> Utf16<R> {
    /// Over a stream that begins with or without a byte-order mark.
    pub fn new(inner: R, big_endian: bool) -> Self {
        let decoder = super::sniff::utf16_decoder(big_endian);
        // Two bytes of UTF-16 become three of UTF-8 at most; a few more for what the decoder still holds.
        let (raw, text) = (vec![0; BLOCK], vec![0; BLOCK * 3 / 2 + 64]);
        Self { inner, decoder, raw, text, text_at: 0, text_end: 0, done: false }
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.text_at == self.text_end && !self.done {
            let count = self.inner.read(&mut self.raw)?;
            self.done = count == 0;
            let (result, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..count], &mut self.text, self.done);
            debug_assert_eq!(result, CoderResult::InputEmpty);
            (self.text_at, self.text_end) = (0, written);
        }
        let count = into.len().min(self.text_end - self.text_at);
        into[..count].copy_from_slice(&self.text[self.text_at..self.text_at + count]);
        self.text_at += count;
        Ok(count)
    }
}
