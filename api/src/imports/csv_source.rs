//! CSV as spreadsheets write it: UTF-8 with or without BOM, or GB18030; rows counted as the
//! spreadsheet shows them.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::GB18030;

/// A file's rows, the header apart.
pub struct Table {
    pub encoding: &'static str,
    pub header: StringRecord,
    /// With the number that a spreadsheet shows: the header is row 1.
    pub rows: Vec<(i64, StringRecord)>,
}

/// Why a file is none.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub encoding: &'static str,
    pub code: &'static str,
    pub message: &'static str,
}

/// Text of either encoding, and which one it was.
fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), Unreadable> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((Cow::Borrowed(text), "UTF-8"));
    }
    match GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok((text, "GB18030")),
        None => Err(Unreadable {
            encoding: "unknown",
            code: "bad_encoding",
            message: "文件编码无法识别，请存为 UTF-8 或 GB18030（GBK）的 CSV",
        }),
    }
}

/// Reads a file.
///
/// # Errors
/// Where it is of no known encoding, holds U+0000 (a spreadsheet under a wrong name) or nothing.
pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    let (text, encoding) = decode(bytes)?;
    let refuse = |code, message| Err(Unreadable { encoding, code, message });
    if text.contains('\0') {
        return refuse("nul", "文件包含空字符，可能不是 CSV 文件");
    }
    let mut text = text.into_owned();
    if !text.contains('\n') {
        text = text.replace('\r', "\n");
    }
    // Every row ends with a line's end, so that the reader's line tells where it began.
    text.push('\n');
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut within = 0;
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).unwrap_or(false) {
        let inner: u64 = record.iter().map(|cell| cell.bytes().filter(|byte| *byte == b'\n').count() as u64).sum();
        let begun = reader.position().line().saturating_sub(1 + inner);
        let row = i64::try_from(begun.saturating_sub(within)).unwrap_or(i64::MAX);
        within += inner;
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push((row, record.clone()));
        }
    }
    if rows.is_empty() {
        return refuse("empty", "文件没有内容");
    }
    let (_, header) = rows.remove(0);
    Ok(Table { encoding, header, rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<i64> {
        read(text.as_bytes()).expect("a table").rows.into_iter().map(|(row, _)| row).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "教师编号,姓名\n1,王芳\n";
        let gb = GB18030.encode(text).0.into_owned();
        let bom = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        for (bytes, encoding) in [(text.as_bytes(), "UTF-8"), (&bom, "UTF-8"), (&gb, "GB18030")] {
            let table = read(bytes).expect("a table");
            assert_eq!((table.encoding, &table.header[0], &table.rows[0].1[1]), (encoding, "教师编号", "王芳"));
        }
        assert_eq!(read(b"\xFF\xFE1\x00").err().map(|error| error.code), Some("bad_encoding"));
        assert_eq!(read(b"PK\x03\x04\x00").err().map(|error| error.code), Some("nul"));
        assert_eq!(read(b" \n\n").err().map(|error| error.code), Some("empty"));
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_shows_them() {
        assert_eq!(numbers("a,b\n1,2\n3,4"), [2, 3]);
        assert_eq!(numbers("a,b\r\n1,2\r\n\r\n3,4\r\n"), [2, 4], "a blank line is a row");
        assert_eq!(numbers("a,b\n1,2\n,\n3,4\n"), [2, 4]);
        assert_eq!(numbers("a,b\n\"1\n1\",2\n3,4\n"), [2, 3], "a line break within quotes is none");
        assert_eq!(numbers("a,b\r1,2\r3,4"), [2, 3]);
    }
}
