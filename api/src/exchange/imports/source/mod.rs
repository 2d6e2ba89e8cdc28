//! Reads the rows of a file: text in the encodings of spreadsheets, or xlsx, either of them gzipped.
//! Rows are streamed, so memory does not grow with the file.

mod file;
mod header;
mod text;
mod unpack;
mod xlsx;

use std::fs::File;

pub use file::{Event, Line, Opened, Progress, Unreadable};
pub use header::Header;

use super::columns::Column;

/// Reads a file from its beginning until `take` returns false.
///
/// # Errors
/// If the file, or the part after the rows taken so far, cannot be read.
pub fn read(
    file: &mut File,
    columns: &'static [Column],
    progress: &Progress,
    take: &mut dyn FnMut(Event) -> bool,
) -> Result<(), Unreadable> {
    let mut unpacked;
    let mut file = file;
    if file::beginning(file)?.starts_with(&[0x1F, 0x8B]) {
        unpacked = unpack::gunzip(file)?;
        file = &mut unpacked;
    }
    let begins = file::beginning(file)?;
    match begins.as_slice() {
        [] => Err(Unreadable::new("empty", "文件没有内容")),
        [b'P', b'K', 3, 4, ..] => {
            unpack::check_zip(file)?;
            xlsx::read(file, columns, progress, take)
        }
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            Err(Unreadable::new("old_excel", "这是旧版 Excel 文件（.xls）或加密的文件，请另存为 .xlsx 或 CSV 后再导入"))
        }
        _ => text::read(file, columns, progress, take),
    }
}
