//! NDJSON: the JSON items of a list, one per line.

use std::sync::Arc;

use serde::Serialize;

use super::pages::Encoder;
use crate::error::{ApiError, Result};

/// Returns the encoder of rows; there is no head.
#[allow(clippy::unnecessary_wraps, reason = "the signature of all formats")]
pub fn encoder<T: Serialize + 'static>(_: &[T]) -> Result<Encoder<T>> {
    Ok(Encoder { head: Vec::new(), encode: Arc::new(encode) })
}

fn encode<T: Serialize>(rows: &[T]) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut lines, row).map_err(ApiError::internal)?;
        lines.push(b'\n');
    }
    Ok(lines)
}
