use sha2::{Digest, Sha256};
use songjiao_types::{
    ErrorCode, FieldError, Hours, OrganizationId, TeacherId, WireEnum,
    years::{OpenMatters, WaiveMatters, WaivedMatters},
};

use crate::{
    db::hex,
    error::{ApiError, Result},
};

/// Checks that a year may be closed. `earlier_open` is an earlier year with teachers that is open.
///
/// # Errors
/// 409 `year_already_closed`, `year_not_over` or `year_out_of_order`.
pub fn check_order(year: i32, closed: bool, over: bool, earlier_open: Option<i32>) -> Result<()> {
    if closed {
        return Err(ApiError::new(ErrorCode::YearAlreadyClosed));
    }
    if !over {
        return Err(ApiError::new(ErrorCode::YearNotOver).detail(format!("{year} 年度尚未结束，不能结账")));
    }
    match earlier_open {
        Some(earlier) => {
            Err(ApiError::new(ErrorCode::YearOutOfOrder).detail(format!("{earlier} 年度尚未结账，须按年度先后结账")))
        }
        None => Ok(()),
    }
}

/// Returns the open matters as waived, each with its reason.
///
/// # Errors
/// 409 `open_matters` that names each kind that is not waived, with its count.
pub fn waive(open: &[OpenMatters], waive: &[WaiveMatters]) -> Result<Vec<WaivedMatters>> {
    let mut waived = Vec::new();
    let mut errors = Vec::new();
    for OpenMatters { kind, count, .. } in open {
        match waive.iter().find(|waive| waive.kind == *kind) {
            Some(WaiveMatters { reason, .. }) => {
                waived.push(WaivedMatters { kind: *kind, count: *count, reason: reason.trim().to_owned() });
            }
            None => {
                let message = format!("{}：{count} 项", kind.label());
                errors.push(FieldError::new("/waive", kind.as_str(), message));
            }
        }
    }
    if errors.is_empty() {
        return Ok(waived);
    }
    let detail = "请先处理未了事项；确需结账的，逐类填写理由后结账";
    Err(ApiError::new(ErrorCode::OpenMatters).detail(detail).errors(errors))
}

/// A row of a snapshot, as far as its hash covers it.
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct SealedRow<'a> {
    pub teacher_id: TeacherId,
    pub organization_id: OrganizationId,
    pub organization_path: &'a str,
    pub organization_name: &'a str,
    /// Required, recognised, pending and counted hours.
    pub hours: [Hours; 4],
    pub minimum_missed: bool,
    pub status: &'a str,
}

/// Returns the SHA-256 of the snapshot of a bureau's year, of rows ordered by teacher.
pub fn content_hash<'a>(bureau: OrganizationId, year: i32, rows: impl Iterator<Item = SealedRow<'a>>) -> String {
    let mut digest = Sha256::new();
    digest.update(format!("{bureau} {year}\n"));
    for row in rows {
        digest.update(format!("{} {}", row.teacher_id, row.organization_id));
        for text in [row.organization_path, row.organization_name, row.status] {
            digest.update(text.len().to_be_bytes());
            digest.update(text.as_bytes());
        }
        for hours in row.hours {
            digest.update(hours.hundredths().to_be_bytes());
        }
        digest.update([u8::from(row.minimum_missed)]);
    }
    hex(&digest.finalize())
}

#[cfg(test)]
mod tests {
    use songjiao_types::years::YearMatterKind as Kind;

    use super::*;

    #[test]
    fn every_open_kind_is_waived_with_a_reason_or_refuses() {
        let open = |kind, count| OpenMatters { kind, count, list: String::new() };
        let open = [open(Kind::HoursDecision, 3), open(Kind::Projects, 1)];
        let waived = |kind| WaiveMatters { kind, reason: " 理由 ".to_owned() };
        let errors = |waived: &[WaiveMatters]| {
            let errors = waive(&open, waived).err().map(|error| error.errors).unwrap_or_default();
            errors.into_iter().map(|error| (error.code, error.message)).collect::<Vec<_>>()
        };
        assert_eq!(errors(&[]).len(), 2);
        let one = [("projects".to_owned(), "未完成的培训项目：1 项".to_owned())];
        assert_eq!(errors(&[waived(Kind::HoursDecision), waived(Kind::Appointments)]), one);
        let all = waive(&open, &[waived(Kind::HoursDecision), waived(Kind::Projects)]).unwrap_or_default();
        assert_eq!((all.len(), all[0].count, all[0].reason.as_str()), (2, 3, "理由"));
    }

    #[test]
    fn a_year_closes_once_it_is_over_and_all_before_are_closed() {
        let code = |closed, over, earlier| check_order(2025, closed, over, earlier).err().map(|error| error.code);
        assert_eq!(code(false, true, None), None);
        assert_eq!(code(true, true, None), Some(ErrorCode::YearAlreadyClosed));
        assert_eq!(code(false, false, None), Some(ErrorCode::YearNotOver));
        assert_eq!(code(false, true, Some(2024)), Some(ErrorCode::YearOutOfOrder));
    }
}
