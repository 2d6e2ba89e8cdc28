//! Shared by the pages of policies.

use serde_json::Value;
use songjiao_types::{
    Tabular, WireEnum,
    policies::{CalendarYear, MonthBasis, PolicyStatus, PolicyView},
};
use yew::prelude::*;

use crate::{
    components::{Crumb, Tone, badge},
    format,
    i18n::translate_message,
    route::Route,
};

/// The breadcrumb of the list.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("政策参数"), Route::Policies)
}

/// Whether a policy is in force, and if not, why.
pub fn status_badge(policy: &PolicyView) -> Html {
    let tone = match policy.status {
        PolicyStatus::InForce => Tone::Success,
        PolicyStatus::Upcoming => Tone::Info,
        PolicyStatus::Past | PolicyStatus::Replaced | PolicyStatus::Withdrawn => Tone::Neutral,
    };
    badge(tone, t!(policy.status.label()))
}

/// What a training year asks, by its own policy.
pub fn year_sentence(year: &CalendarYear) -> String {
    let CalendarYear { training_year, starts_on, ends_on, months, annual_hours, .. } = year;
    let period = format::period(Some(*starts_on), Some(*ends_on));
    t!(
        "{training_year} 年度：{period}，共 {months} 个月，每人不少于 {annual_hours} 学时",
        training_year,
        period,
        months,
        annual_hours
    )
}

/// The heading of a field that is a path into the policy: `tier_caps.school`.
pub fn field_heading(field: &str) -> String {
    PolicyView::find_heading(&field.replace('.', "_")).map_or_else(|| field.to_owned(), |text| translate_message(&text))
}

/// A value of a policy as text.
pub fn value_text(value: &Value) -> String {
    match value {
        Value::Null => t!("不设").to_owned(),
        Value::Bool(yes) => if *yes { t!("是") } else { t!("否") }.to_owned(),
        Value::String(text) => {
            MonthBasis::from_identifier(text).map_or_else(|| text.clone(), |basis| t!(basis.label()).to_owned())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_and_values_are_named_for_readers() {
        assert_eq!(field_heading("annual_hours"), "每人每年学时");
        assert_eq!(field_heading("tier_caps.school"), "校本研修计入上限");
        assert_eq!(
            [json!(null), json!(true), json!("elapsed"), json!(34.5)].map(|value| value_text(&value)),
            ["不设", "是", "按实际历时", "34.5"]
        );
    }
}
