//! The page that creates a policy. The form starts with the policy in force and asks for a confirmation, since a
//! published policy is never edited.

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, Hours,
    policies::{CreatePolicy, PolicyView},
};
use yew::prelude::*;
use yew_router::prelude::*;

use super::common::list_crumb;
use crate::{
    api::policies::create_policy,
    components::{
        ConfirmDialog, DateField, FormView, HoursField, Notice, PageHeader, Section, TextAreaField, TextField, loaded,
        use_toasts,
    },
    format,
    hooks::{Form, bind, check, field_error, required, set_to, use_page_form, use_policies, use_submit},
    i18n::heading,
    route::Route,
};

/// The values of the fields: numbers as typed.
#[derive(Clone, Default)]
struct Draft {
    effective_from: Option<NaiveDate>,
    annual_hours: String,
    cycle_hours: String,
    cycle_years: String,
    cycle_first_year: String,
    year_starts_month: String,
    absence_limit_numerator: String,
    absence_limit_denominator: String,
    elimination_percent: String,
    publicity_days: String,
    visits_per_year: String,
    days_per_visit: String,
    reviews_required: String,
    certificate_prefix: String,
    note: String,
}

impl Draft {
    fn of(policy: &PolicyView) -> Self {
        Self {
            effective_from: None,
            annual_hours: policy.annual_hours.to_string(),
            cycle_hours: policy.cycle_hours.to_string(),
            cycle_years: policy.cycle_years.to_string(),
            cycle_first_year: policy.cycle_first_year.to_string(),
            year_starts_month: policy.year_starts_month.to_string(),
            absence_limit_numerator: policy.absence_limit_numerator.to_string(),
            absence_limit_denominator: policy.absence_limit_denominator.to_string(),
            elimination_percent: policy.elimination_percent.to_string(),
            publicity_days: policy.publicity_days.to_string(),
            visits_per_year: policy.visits_per_year.to_string(),
            days_per_visit: policy.days_per_visit.to_string(),
            reviews_required: policy.reviews_required.to_string(),
            certificate_prefix: policy.certificate_prefix.clone(),
            note: String::new(),
        }
    }

    fn to_wire(&self) -> Result<CreatePolicy, Vec<FieldError>> {
        let mut faults = required(&[("/certificate_prefix", &self.certificate_prefix)]).err().unwrap_or_default();
        let mut read = Reader { faults: &mut faults };
        let body = CreatePolicy {
            effective_from: read.day("/effective_from", self.effective_from),
            annual_hours: read.hours("/annual_hours", &self.annual_hours),
            cycle_hours: read.hours("/cycle_hours", &self.cycle_hours),
            cycle_years: read.number("/cycle_years", &self.cycle_years),
            cycle_first_year: read.number("/cycle_first_year", &self.cycle_first_year),
            year_starts_month: read.number("/year_starts_month", &self.year_starts_month),
            absence_limit_numerator: read.number("/absence_limit_numerator", &self.absence_limit_numerator),
            absence_limit_denominator: read.number("/absence_limit_denominator", &self.absence_limit_denominator),
            elimination_percent: read.number("/elimination_percent", &self.elimination_percent),
            publicity_days: read.number("/publicity_days", &self.publicity_days),
            visits_per_year: read.number("/visits_per_year", &self.visits_per_year),
            days_per_visit: read.number("/days_per_visit", &self.days_per_visit),
            reviews_required: read.number("/reviews_required", &self.reviews_required),
            certificate_prefix: self.certificate_prefix.trim().to_owned(),
            note: Some(self.note.trim().to_owned()).filter(|note| !note.is_empty()),
        };
        if faults.is_empty() { check(body) } else { Err(faults) }
    }
}

/// Parses fields and collects the errors.
struct Reader<'a> {
    faults: &'a mut Vec<FieldError>,
}

impl Reader<'_> {
    fn number(&mut self, pointer: &str, text: &str) -> i32 {
        text.trim().parse().unwrap_or_else(|_| {
            self.faults.push(field_error(pointer, t!("请填写整数")));
            0
        })
    }

    fn hours(&mut self, pointer: &str, text: &str) -> Hours {
        text.parse().unwrap_or_else(|error: songjiao_types::HoursError| {
            self.faults.push(field_error(pointer, &error.to_string()));
            Hours::ZERO
        })
    }

    fn day(&mut self, pointer: &str, day: Option<NaiveDate>) -> NaiveDate {
        day.unwrap_or_else(|| {
            self.faults.push(field_error(pointer, t!("请填写生效日期")));
            NaiveDate::default()
        })
    }
}

/// Creates a policy.
#[component]
pub fn CreatePage() -> Html {
    let load = use_policies();
    html! {
        <>
            <PageHeader title={t!("制定新参数")} crumbs={vec![list_crumb()]} />
            { loaded(&load, |page| {
                let before = page.items.iter().find(|policy| policy.in_force).or(page.items.first());
                html! { <PolicyForm before={before.cloned()} /> }
            }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct PolicyFormProps {
    before: Option<PolicyView>,
}

#[component]
fn PolicyForm(props: &PolicyFormProps) -> Html {
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let asking = use_state(|| false);
    let form = use_page_form(|| props.before.as_ref().map(Draft::of).unwrap_or_default());
    let send = use_submit(
        &form,
        Draft::to_wire,
        |client, body| async move { create_policy(&client, &body).await },
        move |created| {
            toasts
                .success(t!("新参数已发布，自 {created} 起生效", created = format::date(created.value.effective_from)));
            navigator.replace(&Route::Policies);
        },
    );
    let draft = form.draft();
    // A draft with errors reports them at once; a valid one asks for a confirmation first.
    let submit = {
        let (asking, send, ready) = (asking.clone(), send.clone(), draft.to_wire().is_ok());
        Callback::from(move |()| if ready { asking.set(true) } else { send.emit(()) })
    };
    let cancel = set_to(&asking, false);
    let confirm = {
        let asking = asking.clone();
        Callback::from(move |()| {
            asking.set(false);
            send.emit(());
        })
    };
    let from = draft.effective_from.map(format::long_date).unwrap_or_default();
    html! {
        <Section>
            <Notice>{ t!("发布后不能修改，只能再发布新的参数。生效日期之前开始的培训年度仍按原参数考核。") }</Notice>
            <FormView status={form.status()} onsubmit={submit} submit={t!("发布新参数")} cancel={Route::Policies} label={t!("制定新参数")}>
                { fields(&form) }
            </FormView>
            <ConfirmDialog open={*asking} title={t!("发布新的政策参数？")} confirm={t!("确认发布")} danger=false onconfirm={confirm} oncancel={cancel}>
                <p>{ t!("自{from}起：每人每年 {annual_hours} 学时，每 {cycle_years} 年 {cycle_hours} 学时，末位淘汰率 {elimination_percent}%，公示 {publicity_days} 天。", from, annual_hours = draft.annual_hours, cycle_years = draft.cycle_years, cycle_hours = draft.cycle_hours, elimination_percent = draft.elimination_percent, publicity_days = draft.publicity_days) }</p>
                <p>{ t!("发布后不能修改或删除，全体用户都会看到。") }</p>
            </ConfirmDialog>
        </Section>
    }
}

fn fields(form: &Form<Draft>) -> Html {
    html! {
        <>
            <DateField label={heading::<PolicyView>("effective_from")} required=true hint={t!("同一天只能有一份参数。")} bind={bind!(form.effective_from)} />
            <TextField label={heading::<PolicyView>("year_starts_month")} required=true inputmode="numeric" maxlength="2" suffix={t!("月")} hint={t!("1 为自然年；有的地方从 9 月起。")}
                bind={bind!(form.year_starts_month)} />
            <HoursField label={heading::<PolicyView>("annual_hours")}  required=true hint={Some(AttrValue::Static(t!("文件第一条第 3 款：不少于 72 学时。")))}
                bind={bind!(form.annual_hours)} />
            <HoursField label={heading::<PolicyView>("cycle_hours")} required=true hint={Some(AttrValue::Static(t!("文件第三条第 1 款：五年 360 学时。")))}
                bind={bind!(form.cycle_hours)} />
            <TextField label={heading::<PolicyView>("cycle_years")} required=true inputmode="numeric" maxlength="2" suffix={t!("年")}
                bind={bind!(form.cycle_years)} />
            <TextField label={heading::<PolicyView>("cycle_first_year")} required=true inputmode="numeric" maxlength="4" hint={t!("以后的周期依次相接。")}
                bind={bind!(form.cycle_first_year)} />
            <TextField label={heading::<PolicyView>("absence_limit_numerator")} required=true inputmode="numeric" maxlength="4" hint={t!("缺勤超过“分子/分母”的不发放学时。")}
                bind={bind!(form.absence_limit_numerator)} />
            <TextField label={heading::<PolicyView>("absence_limit_denominator")} required=true inputmode="numeric" maxlength="4"
                bind={bind!(form.absence_limit_denominator)} />
            <TextField label={t!("末位淘汰率")} required=true inputmode="numeric" maxlength="3" suffix="%" hint={t!("文件第一条第 2 款：10%。")}
                bind={bind!(form.elimination_percent)} />
            <TextField label={heading::<PolicyView>("publicity_days")} required=true inputmode="numeric" maxlength="3" suffix={t!("天")}
                bind={bind!(form.publicity_days)} />
            <TextField label={heading::<PolicyView>("visits_per_year")} required=true inputmode="numeric" maxlength="3" suffix={t!("次")} hint={t!("同一乡镇同一学科。")}
                bind={bind!(form.visits_per_year)} />
            <TextField label={heading::<PolicyView>("days_per_visit")} required=true inputmode="numeric" maxlength="3" suffix={t!("天")}
                bind={bind!(form.days_per_visit)} />
            <TextField label={heading::<PolicyView>("reviews_required")} required=true inputmode="numeric" maxlength="2" suffix={t!("人")} hint={t!("至少 2 人。")}
                bind={bind!(form.reviews_required)} />
            <TextField label={heading::<PolicyView>("certificate_prefix")} required=true maxlength="16" hint={t!("由字母、数字和 - _ . 组成，如 SL。")}
                bind={bind!(form.certificate_prefix)} />
            <TextAreaField label={heading::<PolicyView>("note")} rows=3 maxlength="500" hint={t!("如：舒教局函〔2017〕82号。")} bind={bind!(form.note)} />
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        let text = |number: &str| number.to_owned();
        Draft {
            effective_from: NaiveDate::from_ymd_opt(2027, 1, 1),
            annual_hours: text("72"),
            cycle_hours: text("360"),
            cycle_years: text("5"),
            cycle_first_year: text("2016"),
            year_starts_month: text("1"),
            absence_limit_numerator: text("1"),
            absence_limit_denominator: text("5"),
            elimination_percent: text("10"),
            publicity_days: text("5"),
            visits_per_year: text("4"),
            days_per_visit: text("2"),
            reviews_required: text("2"),
            certificate_prefix: text("SL"),
            note: String::new(),
        }
    }

    fn pointers(draft: &Draft) -> Vec<String> {
        draft.to_wire().err().unwrap_or_default().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn a_policy_is_parsed_from_the_form() {
        assert!(draft().to_wire().is_ok_and(|body| body.annual_hours == Hours::whole(72) && body.note.is_none()));
    }

    #[test]
    fn invalid_numbers_are_reported_at_their_fields() {
        let bad =
            Draft { effective_from: None, annual_hours: "七十二".into(), cycle_years: "5.5".into(), ..draft() };
        assert_eq!(pointers(&bad), ["/effective_from", "/annual_hours", "/cycle_years"]);
        assert_eq!(pointers(&Draft { reviews_required: "1".into(), ..draft() }), ["/reviews_required"]);
        assert_eq!(pointers(&Draft { certificate_prefix: " ".into(), ..draft() }), ["/certificate_prefix"]);
    }
}
