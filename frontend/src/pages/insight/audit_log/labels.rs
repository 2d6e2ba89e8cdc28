//! Labels of the log's actions, entities and fields. What has no label here is shown as it is in the log.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde_json::Value;
use songjiao_types::{
    Permission, Role, Tabular, WireEnum,
    activities::ActivityView,
    api_keys::{ApiKeyStatus, ApiKeyView},
    appointments::{AppointmentView, EndReason},
    certifications::{Award, CertificationStatus, CertificationView, Verdict},
    changes::ChangeType,
    deliverables::DeliverableView,
    enrollments::{EnrollmentStatus, EnrollmentView},
    exemptions::ExemptionView,
    hour_records::{HourRecordFlag, HourRecordHold, HourRecordStatus, HourRecordView},
    imports::ImportReport,
    lessons::{LessonGrade, LessonView},
    organizations::{OrganizationKind, OrganizationView},
    phases::PhaseView,
    policies::{MonthBasis, PolicyStatus, PolicyView},
    projects::{ProjectKind, ProjectStatus, ProjectView},
    teachers::{TeacherStatus, TeacherView},
    teams::{TeamMemberView, TeamView},
    training::{Stage, TrainingDimension, TrainingLevel, TrainingMode},
    users::UserView,
    webhooks::{DeliveryStatus, DeliveryView, WebhookStatus, WebhookView},
};

use crate::{format, i18n::translate_message};

/// The actions, in the order of the filter.
pub const ACTIONS: &[(&str, &str)] = &[
    ("create", msgid!("新增")),
    ("update", msgid!("修改")),
    ("delete", msgid!("删除")),
    ("sign_in", msgid!("登录")),
    ("sign_in_failed", msgid!("登录失败")),
    ("sign_out", msgid!("退出登录")),
    ("refresh_token_reused", msgid!("登录凭证被重复使用")),
    ("change_password", msgid!("修改密码")),
    ("reset_password", msgid!("重置密码")),
    ("look_up_id_numbers", msgid!("查询重复的身份证号")),
    ("transfer", msgid!("调动")),
    ("correct", msgid!("更正")),
    ("confirm", msgid!("确认")),
    ("recognize", msgid!("认定")),
    ("reject", msgid!("驳回")),
    ("void", msgid!("作废")),
    ("return", msgid!("退回")),
    ("restore", msgid!("恢复")),
    ("take_back", msgid!("整批撤回")),
    ("publish", msgid!("发布")),
    ("start", msgid!("启动")),
    ("complete", msgid!("完成")),
    ("skip", msgid!("跳过")),
    ("close", msgid!("结账")),
    ("reopen", msgid!("重新打开")),
    ("archive", msgid!("归档")),
    ("cancel", msgid!("取消")),
    ("nominate", msgid!("选派")),
    ("announce", msgid!("公示")),
    ("admit", msgid!("录取")),
    ("reinstate", msgid!("撤销驳回")),
    ("withdraw", msgid!("退出")),
    ("disqualify", msgid!("取消资格")),
    ("grade", msgid!("评定等次")),
    ("apply", msgid!("申请认定")),
    ("review", msgid!("评审")),
    ("decide", msgid!("认定决定")),
    ("supersede", msgid!("取代")),
    ("name_reviewer", msgid!("指定评审人")),
    ("admit_reviewer", msgid!("准许团队成员评审")),
    ("remove_reviewer", msgid!("撤下评审人")),
    ("restore", msgid!("恢复")),
    ("reissue", msgid!("重新制发")),
    ("revoke", msgid!("撤销")),
    ("import", msgid!("导入")),
    ("push", msgid!("推送")),
    ("rotate", msgid!("轮换密钥")),
    ("disable", msgid!("停用")),
    ("redeliver", msgid!("重新推送")),
    ("load", msgid!("载入")),
    ("normalize_texts", msgid!("统一文字写法")),
];

/// The entities with their labels and the paths of their pages, in the order of the filter.
pub const ENTITIES: &[(&str, &str, &str)] = &[
    ("organization", msgid!("单位"), "/organizations"),
    ("user", msgid!("用户"), "/users"),
    ("session", msgid!("登录会话"), ""),
    ("teacher", msgid!("教师"), "/teachers"),
    ("appointment", msgid!("任职"), ""),
    ("policy", msgid!("政策参数"), ""),
    ("project", msgid!("培训项目"), "/projects"),
    ("phase", msgid!("阶段"), ""),
    ("activity", msgid!("活动"), ""),
    ("deliverable", msgid!("成果材料"), ""),
    ("team", msgid!("送培团队"), "/teams"),
    ("team_member", msgid!("团队成员"), ""),
    ("enrollment", msgid!("参培学员"), ""),
    ("attendance", msgid!("考勤"), ""),
    ("hour_record", msgid!("学时记录"), ""),
    ("exemption", msgid!("减免"), ""),
    ("year_closing", msgid!("年度结账"), "/years"),
    ("lesson", msgid!("课例"), "/lessons"),
    ("certification", msgid!("三课认定"), "/certifications"),
    ("import", msgid!("批量导入"), ""),
    ("api_key", msgid!("接口密钥"), ""),
    ("webhook", msgid!("事件推送"), "/webhooks"),
    ("webhook_delivery", msgid!("推送消息"), ""),
    ("source", msgid!("学时来源"), ""),
    ("demo", msgid!("演示数据"), ""),
    ("database", msgid!("数据库"), ""),
];

/// The fields that are not columns, and those within other fields.
const FIELDS: &[(&str, &str)] = &[
    ("accept", msgid!("是否认定")),
    ("applies", msgid!("本单位适用")),
    ("appointments_waiting", msgid!("待确认任职")),
    ("award", msgid!("认定等次")),
    ("backbone", msgid!("骨干教师")),
    ("code", msgid!("编号")),
    ("comment", msgid!("意见")),
    ("confirmed_at", msgid!("确认时间")),
    ("confirmed_by", msgid!("确认人")),
    ("corrects_id", msgid!("所更正的任职")),
    ("created_at", msgid!("登记时间")),
    ("created_by_name", msgid!("创建人")),
    ("ends_on", msgid!("结束日期")),
    ("expires_at", msgid!("到期时间")),
    ("grade", msgid!("等次")),
    ("hold", msgid!("等待事项")),
    ("hours", msgid!("学时")),
    ("id", msgid!("标识")),
    ("institution", msgid!("机构名称")),
    ("kind", msgid!("类型")),
    ("level", msgid!("培训类别")),
    ("mode", msgid!("培训方式")),
    ("must_change_password", msgid!("须改密码")),
    ("name", msgid!("名称")),
    ("number", msgid!("证书编号")),
    ("organization", msgid!("单位")),
    ("organization_id", msgid!("单位标识")),
    ("parent_id", msgid!("上级单位标识")),
    ("path", msgid!("层级路径")),
    ("previous_secret_until", msgid!("旧密钥有效至")),
    ("project_id", msgid!("项目标识")),
    ("project_title", msgid!("项目名称")),
    ("reason", msgid!("理由")),
    ("recorded_by", msgid!("登记人")),
    ("redelivered", msgid!("重新推送条数")),
    ("reviews", msgid!("评审意见")),
    ("role", msgid!("角色")),
    ("replaced_by", msgid!("更换为")),
    ("retired_by", msgid!("撤销或更换人")),
    ("scope", msgid!("管理范围")),
    ("service_confirmed", msgid!("任职已确认")),
    ("source", msgid!("来源")),
    ("stage", msgid!("学段")),
    ("starts_on", msgid!("开始日期")),
    ("status", msgid!("状态")),
    ("status_reason", msgid!("状态说明")),
    ("subject", msgid!("学科")),
    ("teacher", msgid!("教师")),
    ("teacher_id", msgid!("教师标识")),
    ("teacher_name", msgid!("姓名")),
    ("teacher_no", msgid!("教师编号")),
    ("tier", msgid!("培训层级")),
    ("title", msgid!("名称")),
    ("training_year", msgid!("培训年度")),
    ("type", msgid!("变更")),
    ("updated_at", msgid!("修改时间")),
    ("username", msgid!("用户名")),
    ("verdict", msgid!("评审结论")),
    ("version", msgid!("版本")),
];

/// The label of an action.
pub fn action(action: &str) -> &str {
    word(ACTIONS.iter().copied(), action)
}

/// The label of an entity.
pub fn entity(entity: &str) -> &str {
    word(ENTITIES.iter().map(|(id, label, _)| (*id, *label)), entity)
}

/// The path of the entity's page, if entities of the kind have one.
pub fn path(entity: &str, id: &str) -> Option<String> {
    let (_, _, path) = ENTITIES.iter().find(|(known, _, path)| *known == entity && !path.is_empty())?;
    Some(format!("{path}/{id}"))
}

/// The label of a field's path: `organization.name` → `单位 · 名称`.
pub fn field(entity: &str, path: &str) -> String {
    if path.is_empty() {
        return t!("内容").to_owned();
    }
    // The columns of nested figures: `tier_caps.school`.
    let nested = || (entity == "policy").then(|| path.replace('.', "_")).and_then(|column| heading(entity, &column));
    if let Some(heading) = heading(entity, path).or_else(nested) {
        return translate_message(&heading);
    }
    let steps = path.split('.').map(|step| match step.split_once('[') {
        Some((name, index)) => format!("{} {}", word(FIELDS.iter().copied(), name), index.trim_end_matches(']')),
        None => word(FIELDS.iter().copied(), step).to_owned(),
    });
    steps.collect::<Vec<_>>().join(" · ")
}

/// The heading of the field in lists and files, if it is a column there.
fn heading(entity: &str, field: &str) -> Option<Cow<'static, str>> {
    let find = match entity {
        "activity" => ActivityView::find_heading,
        "appointment" => AppointmentView::find_heading,
        "api_key" => ApiKeyView::find_heading,
        "certification" => CertificationView::find_heading,
        "deliverable" => DeliverableView::find_heading,
        "enrollment" => EnrollmentView::find_heading,
        "exemption" => ExemptionView::find_heading,
        "hour_record" => HourRecordView::find_heading,
        "import" => ImportReport::find_heading,
        "lesson" => LessonView::find_heading,
        "organization" => OrganizationView::find_heading,
        "phase" => PhaseView::find_heading,
        "policy" => PolicyView::find_heading,
        "project" => ProjectView::find_heading,
        "teacher" => TeacherView::find_heading,
        "team" => TeamView::find_heading,
        "team_member" => TeamMemberView::find_heading,
        "user" => UserView::find_heading,
        "webhook" => WebhookView::find_heading,
        "webhook_delivery" => DeliveryView::find_heading,
        _ => return None,
    };
    find(field)
}

/// A value as text. Field and entity determine the enum whose label it gets.
pub fn value(entity: &str, path: &str, value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => None,
        Value::Bool(yes) => Some(if *yes { t!("是") } else { t!("否") }.to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text_value(entity, path, text)),
        Value::Array(items) => {
            let items = items.iter().filter_map(|item| self::value(entity, path, Some(item)));
            Some(items.collect::<Vec<_>>().join(t!("、")))
        }
        object @ Value::Object(_) => Some(object.to_string()),
    }
}

fn text_value(entity: &str, path: &str, text: &str) -> String {
    let field = path.rsplit('.').next().unwrap_or(path);
    let label = match field {
        "role" => label::<Role>(text),
        _ if field.starts_with("scopes") => label::<Permission>(text),
        "type" => label::<ChangeType>(text),
        _ if field.starts_with("types") => label::<ChangeType>(text),
        "end_reason" => label::<EndReason>(text),
        "hold" => label::<HourRecordHold>(text),
        _ if field.starts_with("holds") => label::<HourRecordHold>(text),
        _ if field.starts_with("flags") => label::<HourRecordFlag>(text),
        "grade" => label::<LessonGrade>(text),
        "award" => label::<Award>(text),
        "verdict" => label::<Verdict>(text),
        "stage" => label::<Stage>(text),
        "level" => label::<TrainingLevel>(text),
        "mode" => label::<TrainingMode>(text),
        "dimension" => label::<TrainingDimension>(text),
        "month_basis" => label::<MonthBasis>(text),
        "kind" if entity == "project" => label::<ProjectKind>(text),
        "kind" => label::<OrganizationKind>(text),
        "status" => match entity {
            "api_key" => label::<ApiKeyStatus>(text),
            "certification" => label::<CertificationStatus>(text),
            "enrollment" => label::<EnrollmentStatus>(text),
            "hour_record" => label::<HourRecordStatus>(text),
            "policy" => label::<PolicyStatus>(text),
            "project" => label::<ProjectStatus>(text),
            "teacher" => label::<TeacherStatus>(text),
            "webhook" => label::<WebhookStatus>(text),
            "webhook_delivery" => label::<DeliveryStatus>(text),
            _ => None,
        },
        _ if ["_at", "_since", "_until"].iter().any(|end| field.ends_with(end)) => {
            text.parse::<DateTime<Utc>>().ok().map(format::date_time)
        }
        _ => None,
    };
    label.unwrap_or_else(|| text.to_owned())
}

fn label<E: WireEnum>(text: &str) -> Option<String> {
    E::from_identifier(text).map(|value| t!(value.label()).to_owned())
}

fn word(mut words: impl Iterator<Item = (&'static str, &'static str)>, id: &str) -> &str {
    words.find(|(known, _)| *known == id).map_or(id, |(_, label)| t!(label))
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
        assert_eq!(field("lesson", "organization.name"), "单位 · 名称");
        assert_eq!(field("certification", "reviews[2].comment"), "评审意见 2 · 意见");
        assert_eq!(field("lesson", ""), "内容");
    }

    #[test]
    fn a_field_is_called_as_in_lists() {
        let of = |entity| (field(entity, "teacher_name"), field(entity, "kind"));
        assert_eq!(of("lesson"), ("授课教师".to_owned(), "类型".to_owned()));
        assert_eq!(of("exemption"), ("姓名".to_owned(), "事由".to_owned()));
    }

    #[test]
    fn a_record_has_the_path_of_its_page() {
        assert_eq!(path("lesson", "7").as_deref(), Some("/lessons/7"));
        assert_eq!(path("session", "7"), None);
    }

    #[test]
    fn values_are_formatted_for_readers() {
        assert_eq!(value("lesson", "grade", Some(&json!("excellent"))).as_deref(), Some("精品课"));
        assert_eq!(value("certification", "status", Some(&json!("applied"))).as_deref(), Some("评审中"));
        assert_eq!(value("lesson", "status", Some(&json!("applied"))).as_deref(), Some("applied"));
        assert_eq!(
            value("lesson", "graded_at", Some(&json!("2026-03-08T16:05:59Z"))).as_deref(),
            Some("2026-03-09 00:05")
        );
        assert_eq!(value("webhook", "types[0]", Some(&json!("hour_record.voided"))).as_deref(), Some("作废学时"));
        assert_eq!(value("organization", "rural", Some(&json!(true))).as_deref(), Some("是"));
        assert_eq!(value("organization", "tags", Some(&json!(["a", 2]))).as_deref(), Some("a、2"));
        assert_eq!(value("organization", "parent_id", Some(&Value::Null)), None);
    }
}
