use serde::{Deserialize, Serialize};

use super::{
    holds::{HourRecordFlag, HourRecordHold},
    status::HourRecordStatus,
};
use crate::{
    ImportId, OrganizationId, ProjectId, TeacherId,
    training::{TrainingDimension, TrainingLevel, TrainingMode},
};

wire_enum! {
    /// The orders of a list of hour records.
    HourRecordSort {
        CreatedDesc = "-created", "登记时间降序";
        Created = "created", "登记时间升序";
        TrainingYearDesc = "-training_year", "培训年度降序";
        TrainingYear = "training_year", "培训年度升序";
        EndsOnDesc = "-ends_on", "结束日期降序";
        EndsOn = "ends_on", "结束日期升序";
    }
}

list_query! {
    /// The parameters of a list of hour records.
    HourRecordQuery {
        /// Part of the title or the institution, or of the teacher's name, number or pinyin initials
        q: String,
        /// Records of this teacher
        #[param(value_type = Option<TeacherId>)]
        teacher_id: TeacherId,
        /// Records earned in this organization or below
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// Records of this 培训年度
        training_year: i32,
        /// Records with this status
        #[param(inline)]
        status: HourRecordStatus,
        /// Pending records whose first hold is this
        #[param(inline)]
        hold: HourRecordHold,
        /// Records with this flag
        #[param(inline)]
        flag: HourRecordFlag,
        /// Records of this 培训类别
        #[param(inline)]
        level: TrainingLevel,
        /// Records of this 培训方式
        #[param(inline)]
        mode: TrainingMode,
        /// Records of this 三修
        #[param(inline)]
        dimension: TrainingDimension,
        /// Records from this source
        source: String,
        /// Records of this project
        #[param(value_type = Option<ProjectId>)]
        project_id: ProjectId,
        /// Records that this import entered
        #[param(value_type = Option<ImportId>)]
        import_id: ImportId,
        /// With `true`, only records that wait for the decision on a group of duplicates; with `false`, only others
        suspected: bool,
    }
    /// Defaults to `-created`
    sort: HourRecordSort
}

/// The parameters of an annual return.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AnnualReturnQuery {
    /// The 培训年度
    #[cfg_attr(feature = "openapi", param(example = 2026))]
    pub training_year: i32,
    /// Hours earned in this organization or below; defaults to all that the caller sees
    #[cfg_attr(feature = "openapi", param(value_type = Option<OrganizationId>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
}
