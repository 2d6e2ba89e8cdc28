//! The JSON items of a list, one a line.

use std::sync::Arc;

use serde::Serialize;

use super::pages::Begun;
use crate::error::{ApiError, Result};

/// What makes lines of the rows; there is no head.
#[allow(clippy::unnecessary_wraps, reason = "as other formats begin")]
pub fn begin<T: Serialize + 'static>(_: &[T]) -> Result<Begun<T>> {
    Ok(Begun { head: Vec::new(), encode: Arc::new(encode) })
}

fn encode<T: Serialize>(rows: &[T]) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut lines, row).map_err(ApiError::internal)?;
        lines.push(b'\n');
    }
    Ok(lines)
}
