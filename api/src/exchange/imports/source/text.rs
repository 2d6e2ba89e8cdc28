//! Text: comma, tab or semicolon separated, in UTF-8, UTF-16 or GB18030. Rows are numbered as a
//! spreadsheet numbers them.

use std::{
    cell::Cell,
    fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    rc::Rc,
    sync::Arc,
};

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::{
    super::columns::Column,
    file::{Event, Format, HEADER_WITHIN, Line, Opened, Progress, ROW_LIMIT, Unreadable, beginning, has_content, lost},
    header::Header,
};

/// The separators that are tried; the first wins a tie.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];
const BUFFER: usize = 64 * 1024;

const BAD_ENCODING: Unreadable =
    Unreadable {
        row: 1, code: "bad_encoding", message: "文件编码无法识别，请存为 UTF-8 或 GB18030（GBK）的 CSV"
    };

/// Reads a text file; see [`super::read`].
pub fn read(
    file: &mut File,
    columns: &'static [Column],
    progress: &Progress,
    take: &mut dyn FnMut(Event) -> bool,
) -> Result<(), Unreadable> {
    let encoding = encoding(file)?;
    let (separator, header) = find_header(file, encoding, columns)?;
    let header_row = header.row;
    let encoding_name = if encoding == UTF_16BE || encoding == UTF_16LE { "UTF-16" } else { encoding.name() };
    let encoding_name = if encoding_name == "gb18030" { "GB18030" } else { encoding_name };
    let opened = Opened { format: Format::Csv, encoding: encoding_name, header: Arc::new(header) };
    if !take(Event::Opened(opened)) {
        return Ok(());
    }
    let whole = file.metadata().map_err(lost)?.len();
    let mut rows = Rows::open(file, encoding, separator)?;
    while let Some((row, cells)) = rows.next()? {
        if row <= header_row {
            continue;
        }
        progress.set(rows.read.get(), whole);
        if !take(Event::Line(Line { row, cells, broken: Vec::new() })) {
            return Ok(());
        }
    }
    Ok(())
}

/// Detects the encoding in which the whole file is valid.
fn encoding(file: &mut File) -> Result<&'static Encoding, Unreadable> {
    let begins = beginning(file)?;
    match begins.as_slice() {
        [0xFF, 0xFE, ..] => return check(file, UTF_16LE),
        [0xFE, 0xFF, ..] => return check(file, UTF_16BE),
        [0xEF, 0xBB, 0xBF, ..] => return check(file, UTF_8),
        _ => {}
    }
    match check(file, UTF_8) {
        Err(error) if error == BAD_ENCODING => check(file, GB18030),
        outcome => outcome,
    }
}

/// Checks that the file is text and valid in an encoding.
fn check(file: &mut File, encoding: &'static Encoding) -> Result<&'static Encoding, Unreadable> {
    file.seek(SeekFrom::Start(0)).map_err(lost)?;
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let (mut bytes, mut text) = (vec![0; BUFFER], vec![0; BUFFER * 3]);
    loop {
        let length = file.read(&mut bytes).map_err(lost)?;
        let last = length == 0;
        let mut rest = &bytes[..length];
        loop {
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, &mut text, last);
            if memchr::memchr(0, &text[..written]).is_some() {
                return Err(Unreadable::new("nul", "文件包含空字符，可能不是 CSV 文件"));
            }
            rest = &rest[read..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return Err(BAD_ENCODING),
            }
        }
        if last {
            return Ok(encoding);
        }
    }
}

/// Finds the separator and the row among the first ones with the most column headers. If no row has any,
/// the first row is the header.
fn find_header(
    file: &mut File,
    encoding: &'static Encoding,
    columns: &'static [Column],
) -> Result<(u8, Header), Unreadable> {
    let mut best: Option<(usize, u8, i64, StringRecord)> = None;
    for separator in SEPARATORS {
        let mut rows = Rows::open(file, encoding, separator)?;
        for _ in 0..HEADER_WITHIN {
            let Some((row, cells)) = rows.next()? else { break };
            let matches = Header::matches(columns, &cells);
            if best.as_ref().is_none_or(|(most, ..)| matches > *most) {
                best = Some((matches, separator, row, cells));
            }
        }
    }
    let (_, separator, row, cells) = best.ok_or(Unreadable::new("empty", "文件没有内容"))?;
    Ok((separator, Header::new(row, cells, columns)))
}

/// The rows of a text.
struct Rows<R> {
    reader: csv::Reader<R>,
    /// Line breaks within cells, which begin no row of the spreadsheet.
    within: u64,
    /// Bytes read since the last row.
    pending: Rc<Cell<usize>>,
    /// Bytes of the file read so far.
    read: Rc<Cell<u64>>,
    last_row: i64,
}

impl<'f> Rows<Box<dyn Read + 'f>> {
    fn open(file: &'f mut File, encoding: &'static Encoding, separator: u8) -> Result<Self, Unreadable> {
        file.seek(SeekFrom::Start(0)).map_err(lost)?;
        let (pending, read) = (Rc::default(), Rc::default());
        let counted = Counted { inner: file, read: Rc::clone(&read) };
        let text = DecodeReaderBytesBuilder::new()
            .encoding(Some(encoding))
            .bom_override(true)
            .strip_bom(true)
            .utf8_passthru(true)
            .build(counted);
        let lines = Lines { inner: text, after_return: false, ended: false, pending: Rc::clone(&pending) };
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .buffer_capacity(BUFFER)
            .from_reader(Box::new(lines) as Box<dyn Read + 'f>);
        Ok(Self { reader, within: 0, pending, read, last_row: 0 })
    }
}

impl<R: Read> Rows<R> {
    /// Returns the next row with content and its number.
    fn next(&mut self) -> Result<Option<(i64, StringRecord)>, Unreadable> {
        let mut cells = StringRecord::new();
        loop {
            self.pending.set(0);
            match self.reader.read_record(&mut cells) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) => return Err(self.unreadable(&error)),
            }
            // The row's first line follows from its last one: every row ends with a line break.
            let inner = memchr::memchr_iter(b'\n', cells.as_slice().as_bytes()).count() as u64;
            let begun = self.reader.position().line().saturating_sub(1 + inner);
            let row = i64::try_from(begun.saturating_sub(self.within)).unwrap_or(i64::MAX);
            self.within += inner;
            self.last_row = row;
            if has_content(&cells) {
                return Ok(Some((row, cells)));
            }
        }
    }

    fn unreadable(&self, error: &csv::Error) -> Unreadable {
        let too_long = match error.kind() {
            csv::ErrorKind::Io(error) => error.get_ref().and_then(|error| error.downcast_ref::<TooLong>()).is_some(),
            _ => false,
        };
        let unreadable = if too_long {
            Unreadable::new("row_too_long", "一行超过 1 MB，可能缺少右引号，或不是 CSV 文件")
        } else {
            lost(io::ErrorKind::Other.into())
        };
        unreadable.at(self.last_row + 1)
    }
}

/// Counts the bytes read.
struct Counted<'f> {
    inner: &'f mut File,
    read: Rc<Cell<u64>>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.read.set(self.read.get() + length as u64);
        Ok(length)
    }
}

/// A row longer than the limit.
#[derive(Debug)]
struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row does not end")
    }
}

impl std::error::Error for TooLong {}

/// Normalises line ends to `\n`, so that lines can be counted, and ends the text with one.
struct Lines<R> {
    inner: R,
    after_return: bool,
    ended: bool,
    pending: Rc<Cell<usize>>,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = self.inner.read(buffer)?;
            if length == 0 {
                let last = !std::mem::replace(&mut self.ended, true) && !buffer.is_empty();
                if last {
                    buffer[0] = b'\n';
                }
                return Ok(usize::from(last));
            }
            self.pending.set(self.pending.get() + length);
            if self.pending.get() > ROW_LIMIT + BUFFER {
                return Err(io::Error::other(TooLong));
            }
            if !self.after_return && memchr::memchr(b'\r', &buffer[..length]).is_none() {
                return Ok(length);
            }
            let mut kept = 0;
            for at in 0..length {
                let byte = buffer[at];
                let pair = byte == b'\n' && self.after_return;
                self.after_return = byte == b'\r';
                if !pair {
                    buffer[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::exchange::imports::columns::required;

    const COLUMNS: &[Column] = &[required("a", "甲"), required("b", "乙")];

    type Read = (&'static str, i64, Vec<(i64, Vec<String>)>);

    fn rows(bytes: &[u8]) -> Result<Read, Unreadable> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        let (mut rows, mut opened) = (Vec::new(), None);
        super::super::read(&mut file, COLUMNS, &Progress::default(), &mut |event| {
            match event {
                Event::Opened(found) => opened = Some(found),
                Event::Line(line) => rows.push((line.row, line.cells.iter().map(str::to_owned).collect())),
            }
            true
        })?;
        let opened = opened.expect("a header");
        Ok((opened.encoding, opened.header.row, rows))
    }

    fn numbers(text: &str) -> Vec<i64> {
        rows(text.as_bytes()).expect("a table").2.into_iter().map(|(row, _)| row).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "甲,乙\n1,王芳\n";
        let units: Vec<u16> = std::iter::once(0xFEFF).chain(text.replace(',', "\t").encode_utf16()).collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let gb = GB18030.encode(text).0.into_owned();
        let bom = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        for (bytes, encoding) in
            [(text.as_bytes(), "UTF-8"), (&bom, "UTF-8"), (&gb, "GB18030"), (&little, "UTF-16"), (&big, "UTF-16")]
        {
            assert_eq!(rows(bytes), Ok((encoding, 1, vec![(2, vec!["1".to_owned(), "王芳".to_owned()])])));
        }
        let code = |bytes: &[u8]| rows(bytes).err().map(|error| error.code);
        assert_eq!(code(b"a,b\n\xFF\xFF\n"), Some("bad_encoding"));
        assert_eq!(code(b"a\x00"), Some("nul"));
        assert_eq!(code(b" \n\n"), Some("empty"));
        assert_eq!(code(b""), Some("empty"));
        assert_eq!(code(b"\xD0\xCF\x11\xE0\xA1\xB1"), Some("old_excel"));
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_shows_them() {
        assert_eq!(numbers("甲,乙\n1,2\n3,4"), [2, 3]);
        assert_eq!(numbers("甲,乙\r\n1,2\r\n\r\n3,4\r\n"), [2, 4], "a blank line is a row");
        assert_eq!(numbers("甲,乙\n1,2\n,\n3,4\n"), [2, 4]);
        assert_eq!(numbers("甲,乙\n\"1\n1\",2\n3,4\n"), [2, 3], "a line break within quotes is none");
        assert_eq!(numbers("甲,乙\n\"1\r\n1\",2\r\n3,4"), [2, 3]);
        assert_eq!(numbers("甲,乙\r1,2\r3,4"), [2, 3]);
    }

    #[test]
    fn the_separator_and_the_header_are_found_by_the_names_of_columns() {
        for text in ["甲;乙\n1;2\n", "甲\t乙\n1\t2\n", "sep=;\n甲;乙\n1;2\n", "二〇二六年,报表,\n,,\n乙,甲\n2,1\n"]
        {
            let (_, header, rows) = rows(text.as_bytes()).expect("a table");
            assert_eq!(rows.len(), 1, "{text}");
            assert_eq!(rows[0].0, header + 1, "{text}");
            assert_eq!(rows[0].1.len(), 2, "{text}");
        }
    }

    #[test]
    fn a_row_without_an_end_is_refused() {
        let endless = [b"\xE7\x94\xB2,\xE4\xB9\x99\n1,2\n\"".as_slice(), &vec![b'x'; 3 * ROW_LIMIT]].concat();
        let error = rows(&endless).expect_err("refused");
        assert_eq!((error.code, error.row), ("row_too_long", 3));
    }
}
