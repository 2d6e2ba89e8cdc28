//! The log's terms in Chinese: what was done, to what, in which field. What has no word here is
//! shown as the log has it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use songjiao_types::{
    Role, WireEnum,
    certifications::{Award, CertificationStatus, Verdict},
    hour_records::HourRecordStatus,
    lessons::LessonGrade,
    organizations::OrganizationKind,
    projects::{ProjectKind, ProjectStatus},
    teachers::TeacherStatus,
    training::{Stage, TrainingLevel, TrainingMode},
};

use crate::format;

/// What is done, in the order in which a filter offers it.
pub const ACTIONS: &[(&str, &str)] = &[
    ("create", "新增"),
    ("update", "修改"),
    ("delete", "删除"),
    ("sign_in", "登录"),
    ("sign_in_failed", "登录失败"),
    ("sign_out", "退出登录"),
    ("refresh_token_reused", "登录凭证被重复使用"),
    ("change_password", "修改密码"),
    ("reset_password", "重置密码"),
    ("transfer", "调动"),
    ("recognize", "认定"),
    ("reject", "驳回"),
    ("void", "作废"),
    ("publish", "发布"),
    ("start", "启动"),
    ("complete", "完成"),
    ("skip", "跳过"),
    ("archive", "归档"),
    ("cancel", "取消"),
    ("nominate", "选派"),
    ("announce", "公示"),
    ("admit", "录取"),
    ("withdraw", "退出"),
    ("disqualify", "取消资格"),
    ("grade", "评定等次"),
    ("apply", "申请认定"),
    ("review", "评审"),
    ("decide", "认定决定"),
    ("supersede", "取代"),
    ("revoke", "撤销"),
    ("import", "导入"),
    ("load", "载入"),
];

/// What it is done to, in the order in which a filter offers it; and the path of its pages.
pub const ENTITIES: &[(&str, &str, &str)] = &[
    ("organization", "单位", "/organizations"),
    ("user", "用户", "/users"),
    ("session", "登录会话", ""),
    ("teacher", "教师", "/teachers"),
    ("policy", "政策参数", ""),
    ("project", "培训项目", "/projects"),
    ("phase", "阶段", ""),
    ("activity", "活动", ""),
    ("deliverable", "成果材料", ""),
    ("team", "送培团队", "/teams"),
    ("team_member", "团队成员", ""),
    ("enrollment", "参培学员", ""),
    ("attendance", "考勤", ""),
    ("hour_record", "学时记录", ""),
    ("exemption", "减免", ""),
    ("lesson", "课例", "/lessons"),
    ("certification", "三课认定", "/certifications"),
    ("import", "批量导入", ""),
    ("demo", "演示数据", ""),
];

const FIELDS: &[(&str, &str)] = &[
    ("accept", "是否认定"),
    ("applied_by_name", "申请人"),
    ("award", "认定结果"),
    ("backbone", "骨干教师"),
    ("base_school", "学区基地校"),
    ("capacity", "固定人数"),
    ("code", "编号"),
    ("comment", "意见"),
    ("conditions", "遴选条件"),
    ("created_at", "登记时间"),
    ("decided_at", "决定时间"),
    ("decided_by_name", "决定人"),
    ("decision_reason", "决定理由"),
    ("disabled", "停用"),
    ("ends_on", "结束日期"),
    ("external_id", "来源编号"),
    ("gender", "性别"),
    ("grade", "等次"),
    ("grade_comment", "评语"),
    ("graded_at", "评定时间"),
    ("graded_by_name", "评定人"),
    ("hours", "学时"),
    ("id", "标识"),
    ("institution", "机构名称"),
    ("issued_on", "发证日期"),
    ("joined_on", "入职日期"),
    ("kind", "类型"),
    ("left_on", "离任日期"),
    ("lesson_subject", "学科"),
    ("lesson_title", "课题"),
    ("level", "培训类别"),
    ("mode", "培训方式"),
    ("must_change_password", "须改密码"),
    ("name", "名称"),
    ("number", "证书编号"),
    ("organization", "单位"),
    ("organization_id", "单位标识"),
    ("parent_id", "上级单位标识"),
    ("parent_name", "上级单位"),
    ("path", "层级路径"),
    ("planned_hours", "计划学时"),
    ("project_id", "项目标识"),
    ("project_title", "培训项目"),
    ("reason", "理由"),
    ("reviews", "评审意见"),
    ("role", "角色"),
    ("rural", "乡村学校"),
    ("school_name", "学校"),
    ("scope", "管理范围"),
    ("source", "来源"),
    ("stage", "学段"),
    ("starts_on", "开始日期"),
    ("status", "状态"),
    ("status_reason", "状态说明"),
    ("subject", "学科"),
    ("summary", "说明"),
    ("superseded_by_number", "取代它的证书"),
    ("taught_on", "授课日期"),
    ("teacher_id", "教师标识"),
    ("teacher_name", "教师"),
    ("teacher_no", "教师编号"),
    ("theme", "研修主题"),
    ("tier", "培训层级"),
    ("title", "名称"),
    ("training_year", "培训年度"),
    ("updated_at", "修改时间"),
    ("username", "用户名"),
    ("verdict", "评审结论"),
    ("version", "版本"),
];

/// What was done.
pub fn action(action: &str) -> &str {
    word(ACTIONS.iter().copied(), action)
}

/// What it was done to.
pub fn entity(entity: &str) -> &str {
    word(ENTITIES.iter().map(|(id, label, _)| (*id, *label)), entity)
}

/// The path of the page of what it was done to, where there may be one.
pub fn path(entity: &str, id: &str) -> Option<String> {
    let (_, _, path) = ENTITIES.iter().find(|(known, _, path)| *known == entity && !path.is_empty())?;
    Some(format!("{path}/{id}"))
}

/// A field's path in words: `organization.name` → `单位 · 名称`.
pub fn field(path: &str) -> String {
    if path.is_empty() {
        return "内容".to_owned();
    }
    let steps = path.split('.').map(|step| match step.split_once('[') {
        Some((name, index)) => format!("{} {}", word(FIELDS.iter().copied(), name), index.trim_end_matches(']')),
        None => word(FIELDS.iter().copied(), step).to_owned(),
    });
    steps.collect::<Vec<_>>().join(" · ")
}

/// A value in words. Of a closed set, its label: which set, the field and the entity tell.
pub fn value(entity: &str, path: &str, value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => None,
        Value::Bool(yes) => Some(if *yes { "是" } else { "否" }.to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text_value(entity, path, text)),
        Value::Array(items) => {
            let items = items.iter().filter_map(|item| self::value(entity, path, Some(item)));
            Some(items.collect::<Vec<_>>().join("、"))
        }
        object @ Value::Object(_) => Some(object.to_string()),
    }
}

fn text_value(entity: &str, path: &str, text: &str) -> String {
    let field = path.rsplit('.').next().unwrap_or(path);
    let label = match field {
        "role" => label::<Role>(text),
        "grade" => label::<LessonGrade>(text),
        "award" => label::<Award>(text),
        "verdict" => label::<Verdict>(text),
        "stage" => label::<Stage>(text),
        "level" => label::<TrainingLevel>(text),
        "mode" => label::<TrainingMode>(text),
        "kind" if entity == "project" => label::<ProjectKind>(text),
        "kind" => label::<OrganizationKind>(text),
        "status" => match entity {
            "certification" => label::<CertificationStatus>(text),
            "hour_record" => label::<HourRecordStatus>(text),
            "project" => label::<ProjectStatus>(text),
            "teacher" => label::<TeacherStatus>(text),
            _ => None,
        },
        _ if field.ends_with("_at") => text.parse::<DateTime<Utc>>().ok().map(format::date_time),
        _ => None,
    };
    label.unwrap_or_else(|| text.to_owned())
}

fn label<E: WireEnum>(text: &str) -> Option<String> {
    E::from_identifier(text).map(|value| value.label().to_owned())
}

fn word<'a>(mut words: impl Iterator<Item = (&'a str, &'a str)>, id: &'a str) -> &'a str {
    words.find(|(known, _)| *known == id).map_or(id, |(_, label)| label)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_log_reads_as_chinese_and_keeps_what_has_no_word() {
        assert_eq!(action("grade"), "评定等次");
        assert_eq!(action("frobnicate"), "frobnicate");
        assert_eq!(entity("lesson"), "课例");
        assert_eq!(field("organization.name"), "单位 · 名称");
        assert_eq!(field("reviews[2].comment"), "评审意见 2 · 意见");
        assert_eq!(field(""), "内容");
        assert_eq!(path("lesson", "7").as_deref(), Some("/lessons/7"));
        assert_eq!(path("session", "7"), None);
    }

    #[test]
    fn values_read_as_people_write_them() {
        assert_eq!(value("lesson", "grade", Some(&json!("excellent"))).as_deref(), Some("精品课"));
        assert_eq!(value("certification", "status", Some(&json!("applied"))).as_deref(), Some("评审中"));
        assert_eq!(value("lesson", "status", Some(&json!("applied"))).as_deref(), Some("applied"));
        assert_eq!(
            value("lesson", "graded_at", Some(&json!("2026-03-08T16:05:59Z"))).as_deref(),
            Some("2026-03-09 00:05")
        );
        assert_eq!(value("organization", "rural", Some(&json!(true))).as_deref(), Some("是"));
        assert_eq!(value("organization", "tags", Some(&json!(["a", 2]))).as_deref(), Some("a、2"));
        assert_eq!(value("organization", "parent_id", Some(&Value::Null)), None);
    }
}
