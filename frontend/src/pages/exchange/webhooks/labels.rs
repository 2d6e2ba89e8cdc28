//! The texts about webhooks and their messages.

use songjiao_types::{
    WireEnum,
    changes::{ChangeEntity, ChangeType},
    webhooks::DeliveryView,
};

use crate::i18n;

/// The type of a test message, which is no change.
const TEST: &str = "webhook.test";

/// The API's messages about failed deliveries and disabled webhooks.
const REASONS: &[&str] = &[
    msgid!("接收方答复 410：该地址已不再接收推送"),
    msgid!("接收方连续 5 天没有成功接收任何推送"),
    msgid!("接收方在限定时间内没有答复"),
    msgid!("连接不上接收方"),
    msgid!("与接收方的连接中断"),
    msgid!("网址指向内部网络的地址"),
    msgid!("服务器没有可用的根证书"),
    msgid!("不是有效的网址"),
    msgid!("网址必须以 https:// 开头"),
    msgid!("网址中不能有用户名或密码"),
    msgid!("网址中不能有 # 部分"),
    msgid!("不能推送到内部网络的地址"),
];

/// The types of changes of an entity.
pub fn types_of(entity: ChangeEntity) -> impl Iterator<Item = ChangeType> {
    ChangeType::ALL.iter().copied().filter(move |kind| kind.entity() == entity)
}

/// The label of a message's type.
pub fn kind(kind: &str) -> &str {
    match ChangeType::from_identifier(kind) {
        Some(kind) => t!(kind.label()),
        None if kind == TEST => t!("测试"),
        None => kind,
    }
}

/// The labels of the chosen types. An entity with all of its types chosen gets a single label.
fn type_labels(types: &[ChangeType]) -> Vec<String> {
    let mut words = Vec::new();
    for entity in ChangeEntity::ALL {
        let labels: Vec<String> =
            types_of(*entity).filter(|kind| types.contains(kind)).map(|kind| t!(kind.label()).to_owned()).collect();
        if labels.len() == types_of(*entity).count() {
            words.push(t!("{entity}（全部）", entity = t!(entity.label())));
        } else {
            words.extend(labels);
        }
    }
    words
}

/// The same as a list. If there are more than `most` labels, it names the first ones and the number of all types.
pub fn types(types: &[ChangeType], most: usize) -> String {
    if types.is_empty() {
        return t!("全部变更").to_owned();
    }
    let words = type_labels(types);
    if words.len() <= most {
        return words.join(t!("、"));
    }
    let first = words.into_iter().take(most).collect::<Vec<_>>().join(t!("、"));
    t!("{first}等 {count} 种变更", first, count = types.len())
}

/// A message of the API in the language of the pages.
pub fn reason(said: &str) -> String {
    let known = REASONS.iter().find(|known| **known == said);
    known.map_or_else(|| i18n::translate_message(said), |known| t!(known).to_owned())
}

/// The answer of the receiver, or why there is none.
pub fn outcome(delivery: &DeliveryView) -> Option<String> {
    match (delivery.response_status, &delivery.error) {
        (Some(status), _) => Some(format!("HTTP {status}")),
        (None, Some(error)) => Some(reason(error)),
        (None, None) => None,
    }
}

/// The duration of an attempt.
pub fn duration(millis: i32) -> String {
    match millis {
        0..1000 => t!("{millis} 毫秒", millis),
        _ => t!("{seconds} 秒", seconds = format!("{}.{}", millis / 1000, millis % 1000 / 100)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_summarized_by_entity() {
        let chosen = [ChangeType::TeacherCreated, ChangeType::TeacherUpdated, ChangeType::HourRecordVoided];
        assert_eq!(types(&[], 3), "全部变更");
        assert_eq!(types(&chosen, 3), "教师（全部）、作废学时");
        assert_eq!(types(&chosen, 1), "教师（全部）等 3 种变更");
    }

    #[test]
    fn a_message_is_named_after_its_change() {
        assert_eq!(kind("hour_record.voided"), "作废学时");
        assert_eq!(kind("webhook.test"), "测试");
        assert_eq!(kind("planet.exploded"), "planet.exploded");
    }

    #[test]
    fn attempts_took_milliseconds_or_seconds() {
        assert_eq!(duration(86), "86 毫秒");
        assert_eq!(duration(12_345), "12.3 秒");
    }
}
