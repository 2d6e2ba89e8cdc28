//! Unpacks files within limits, whatever size they claim to have.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};

use flate2::read::MultiGzDecoder;
use zip::{ZipArchive, result::ZipError};

use super::file::{ROW_LIMIT, UNPACKED_LIMIT, Unreadable, lost};

/// The shared strings, which are kept in memory, in bytes.
const STRINGS_LIMIT: u64 = 96 * 1024 * 1024;
/// Other parts of a workbook, in bytes.
const PART_LIMIT: u64 = 16 * 1024 * 1024;
const PARTS: usize = 2000;

const TOO_LARGE: Unreadable =
    Unreadable { row: 1, code: "too_large", message: "解压后超过 1 GB，请拆分文件后再导入" };
const DAMAGED: Unreadable =
    Unreadable { row: 1, code: "damaged", message: "文件已损坏或不完整，请重新保存后再上传" };

/// Unpacks a gzipped file.
///
/// # Errors
/// If the file is damaged or exceeds [`UNPACKED_LIMIT`].
pub fn gunzip(file: &mut File) -> Result<File, Unreadable> {
    let mut unpacked = tempfile::tempfile().map_err(lost)?;
    let mut content = MultiGzDecoder::new(io::BufReader::new(file)).take(UNPACKED_LIMIT + 1);
    let mut buffer = vec![0; 64 * 1024];
    let mut length = 0;
    loop {
        let read = content.read(&mut buffer).map_err(|_| DAMAGED)?;
        if read == 0 {
            break;
        }
        length += read as u64;
        if length > UNPACKED_LIMIT {
            return Err(TOO_LARGE);
        }
        unpacked.write_all(&buffer[..read]).map_err(lost)?;
    }
    unpacked.seek(SeekFrom::Start(0)).map_err(lost)?;
    Ok(unpacked)
}

/// Checks that a workbook's parts are intact and within the limits: the sheet reader trusts them.
///
/// # Errors
/// If a part is damaged, or if the parts are too many or too large.
pub fn check_zip(file: &mut File) -> Result<(), Unreadable> {
    let mut archive = ZipArchive::new(io::BufReader::new(&mut *file)).map_err(|error| damaged(&error))?;
    if archive.len() > PARTS {
        return Err(TOO_LARGE);
    }
    let mut whole = 0;
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(|error| damaged(&error))?;
        let name = part.name().map_err(|error| damaged(&error))?.to_ascii_lowercase();
        let limit = match name.as_str() {
            name if name.contains("worksheets/") => UNPACKED_LIMIT,
            name if name.ends_with("sharedstrings.xml") => STRINGS_LIMIT,
            // Pictures and the like are not read.
            name if !matches!(name.rsplit('.').next(), Some("xml" | "rels")) => continue,
            _ => PART_LIMIT,
        };
        whole += measure(&mut part, limit)?;
        if whole > UNPACKED_LIMIT {
            return Err(TOO_LARGE);
        }
    }
    drop(archive);
    file.seek(SeekFrom::Start(0)).map_err(lost)?;
    Ok(())
}

fn damaged(_: &ZipError) -> Unreadable {
    DAMAGED
}

/// Returns the unpacked length of a part.
///
/// # Errors
/// If it exceeds the limit, or a tag or text in it exceeds [`ROW_LIMIT`].
fn measure(part: &mut impl Read, limit: u64) -> Result<u64, Unreadable> {
    let mut buffer = vec![0; 64 * 1024];
    let (mut length, mut since_tag) = (0, 0);
    loop {
        let read = part.read(&mut buffer).map_err(|_| DAMAGED)?;
        if read == 0 {
            return Ok(length);
        }
        length += read as u64;
        since_tag = match memchr::memrchr(b'<', &buffer[..read]) {
            Some(at) => read - at,
            None => since_tag + read,
        };
        if length > limit || since_tag > ROW_LIMIT {
            return Err(TOO_LARGE);
        }
    }
}
