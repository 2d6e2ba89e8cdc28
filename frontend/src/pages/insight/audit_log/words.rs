//! Labels of the log's actions, entities and fields. What has no label here is shown as it is in the log.

use chrono::{DateTime, Utc};
use serde_json::Value;
use songjiao_types::{
    Permission, Role, WireEnum,
    api_keys::ApiKeyStatus,
    certifications::{Award, CertificationStatus, Verdict},
    changes::ChangeType,
    hour_records::HourRecordStatus,
    lessons::LessonGrade,
    organizations::OrganizationKind,
    projects::{ProjectKind, ProjectStatus},
    teachers::TeacherStatus,
    training::{Stage, TrainingLevel, TrainingMode},
    webhooks::{DeliveryStatus, WebhookStatus},
};

use crate::format;

/// The actions, in the order of the filter.
pub const ACTIONS: &[(&str, &str)] = &[
    ("create", noted!("新增")),
    ("update", noted!("修改")),
    ("delete", noted!("删除")),
    ("sign_in", noted!("登录")),
    ("sign_in_failed", noted!("登录失败")),
    ("sign_out", noted!("退出登录")),
    ("refresh_token_reused", noted!("登录凭证被重复使用")),
    ("change_password", noted!("修改密码")),
    ("reset_password", noted!("重置密码")),
    ("transfer", noted!("调动")),
    ("recognize", noted!("认定")),
    ("reject", noted!("驳回")),
    ("void", noted!("作废")),
    ("publish", noted!("发布")),
    ("start", noted!("启动")),
    ("complete", noted!("完成")),
    ("skip", noted!("跳过")),
    ("archive", noted!("归档")),
    ("cancel", noted!("取消")),
    ("nominate", noted!("选派")),
    ("announce", noted!("公示")),
    ("admit", noted!("录取")),
    ("withdraw", noted!("退出")),
    ("disqualify", noted!("取消资格")),
    ("grade", noted!("评定等次")),
    ("apply", noted!("申请认定")),
    ("review", noted!("评审")),
    ("decide", noted!("认定决定")),
    ("supersede", noted!("取代")),
    ("revoke", noted!("撤销")),
    ("import", noted!("导入")),
    ("push", noted!("推送")),
    ("rotate", noted!("轮换密钥")),
    ("disable", noted!("停用")),
    ("redeliver", noted!("重新推送")),
    ("load", noted!("载入")),
];

/// The entities with their labels and the paths of their pages, in the order of the filter.
pub const ENTITIES: &[(&str, &str, &str)] = &[
    ("organization", noted!("单位"), "/organizations"),
    ("user", noted!("用户"), "/users"),
    ("session", noted!("登录会话"), ""),
    ("teacher", noted!("教师"), "/teachers"),
    ("policy", noted!("政策参数"), ""),
    ("project", noted!("培训项目"), "/projects"),
    ("phase", noted!("阶段"), ""),
    ("activity", noted!("活动"), ""),
    ("deliverable", noted!("成果材料"), ""),
    ("team", noted!("送培团队"), "/teams"),
    ("team_member", noted!("团队成员"), ""),
    ("enrollment", noted!("参培学员"), ""),
    ("attendance", noted!("考勤"), ""),
    ("hour_record", noted!("学时记录"), ""),
    ("exemption", noted!("减免"), ""),
    ("lesson", noted!("课例"), "/lessons"),
    ("certification", noted!("三课认定"), "/certifications"),
    ("import", noted!("批量导入"), ""),
    ("api_key", noted!("接口密钥"), ""),
    ("webhook", noted!("事件推送"), "/webhooks"),
    ("webhook_delivery", noted!("推送消息"), ""),
    ("source", noted!("学时来源"), ""),
    ("demo", noted!("演示数据"), ""),
];

const FIELDS: &[(&str, &str)] = &[
    ("accept", noted!("是否认定")),
    ("applied_by_name", noted!("申请人")),
    ("attempts", noted!("尝试次数")),
    ("award", noted!("认定结果")),
    ("backbone", noted!("骨干教师")),
    ("base_school", noted!("学区基地校")),
    ("capacity", noted!("固定人数")),
    ("code", noted!("编号")),
    ("comment", noted!("意见")),
    ("conditions", noted!("遴选条件")),
    ("created_at", noted!("登记时间")),
    ("created_by_name", noted!("创建人")),
    ("decided_at", noted!("决定时间")),
    ("decided_by_name", noted!("决定人")),
    ("decision_reason", noted!("决定理由")),
    ("disabled", noted!("停用")),
    ("disabled_reason", noted!("停用原因")),
    ("duration_ms", noted!("用时（毫秒）")),
    ("ends_on", noted!("结束日期")),
    ("entity_id", noted!("变更对象标识")),
    ("error", noted!("失败原因")),
    ("expires_at", noted!("到期时间")),
    ("external_id", noted!("来源编号")),
    ("failed", noted!("未送达")),
    ("failing_since", noted!("连续失败起始时间")),
    ("gender", noted!("性别")),
    ("grade", noted!("等次")),
    ("grade_comment", noted!("评语")),
    ("graded_at", noted!("评定时间")),
    ("graded_by_name", noted!("评定人")),
    ("hours", noted!("学时")),
    ("id", noted!("标识")),
    ("institution", noted!("机构名称")),
    ("issued_on", noted!("发证日期")),
    ("joined_on", noted!("入职日期")),
    ("kind", noted!("类型")),
    ("last_attempt_at", noted!("最近尝试")),
    ("last_delivered_at", noted!("最近送达")),
    ("left_on", noted!("离任日期")),
    ("lesson_subject", noted!("学科")),
    ("lesson_title", noted!("课题")),
    ("level", noted!("培训类别")),
    ("mode", noted!("培训方式")),
    ("must_change_password", noted!("须改密码")),
    ("name", noted!("名称")),
    ("next_attempt_at", noted!("下次尝试")),
    ("number", noted!("证书编号")),
    ("organization", noted!("单位")),
    ("organization_id", noted!("单位标识")),
    ("parent_id", noted!("上级单位标识")),
    ("parent_name", noted!("上级单位")),
    ("path", noted!("层级路径")),
    ("pending", noted!("待送达")),
    ("planned_hours", noted!("计划学时")),
    ("previous_secret_until", noted!("旧密钥有效至")),
    ("project_id", noted!("项目标识")),
    ("project_title", noted!("培训项目")),
    ("reason", noted!("理由")),
    ("redelivered", noted!("重新推送条数")),
    ("response_status", noted!("答复状态码")),
    ("reviews", noted!("评审意见")),
    ("revoked_at", noted!("吊销时间")),
    ("role", noted!("角色")),
    ("rural", noted!("乡村学校")),
    ("school_name", noted!("学校")),
    ("scope", noted!("管理范围")),
    ("scopes", noted!("权限")),
    ("seq", noted!("变更序号")),
    ("source", noted!("来源")),
    ("stage", noted!("学段")),
    ("starts_on", noted!("开始日期")),
    ("status", noted!("状态")),
    ("status_reason", noted!("状态说明")),
    ("subject", noted!("学科")),
    ("summary", noted!("说明")),
    ("superseded_by_number", noted!("取代它的证书")),
    ("taught_on", noted!("授课日期")),
    ("teacher_id", noted!("教师标识")),
    ("teacher_name", noted!("教师")),
    ("teacher_no", noted!("教师编号")),
    ("theme", noted!("研修主题")),
    ("tier", noted!("培训层级")),
    ("title", noted!("名称")),
    ("training_year", noted!("培训年度")),
    ("type", noted!("变更")),
    ("types", noted!("推送内容")),
    ("updated_at", noted!("修改时间")),
    ("url", noted!("接收网址")),
    ("username", noted!("用户名")),
    ("verdict", noted!("评审结论")),
    ("version", noted!("版本")),
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
pub fn field(path: &str) -> String {
    if path.is_empty() {
        return t!("内容").to_owned();
    }
    let steps = path.split('.').map(|step| match step.split_once('[') {
        Some((name, index)) => format!("{} {}", word(FIELDS.iter().copied(), name), index.trim_end_matches(']')),
        None => word(FIELDS.iter().copied(), step).to_owned(),
    });
    steps.collect::<Vec<_>>().join(" · ")
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
        "grade" => label::<LessonGrade>(text),
        "award" => label::<Award>(text),
        "verdict" => label::<Verdict>(text),
        "stage" => label::<Stage>(text),
        "level" => label::<TrainingLevel>(text),
        "mode" => label::<TrainingMode>(text),
        "kind" if entity == "project" => label::<ProjectKind>(text),
        "kind" => label::<OrganizationKind>(text),
        "status" => match entity {
            "api_key" => label::<ApiKeyStatus>(text),
            "certification" => label::<CertificationStatus>(text),
            "hour_record" => label::<HourRecordStatus>(text),
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
        assert_eq!(value("webhook", "types[0]", Some(&json!("hour_record.voided"))).as_deref(), Some("作废学时"));
        assert_eq!(value("organization", "rural", Some(&json!(true))).as_deref(), Some("是"));
        assert_eq!(value("organization", "tags", Some(&json!(["a", 2]))).as_deref(), Some("a、2"));
        assert_eq!(value("organization", "parent_id", Some(&Value::Null)), None);
    }
}
