//! The dialog that closes a year.

use songjiao_types::{
    FieldError, WireEnum,
    years::{CloseYear, WaiveMatters, YearMatterKind, YearView},
};
use yew::prelude::*;

use super::common::matters;
use crate::{
    api::years::close_year,
    components::{Button, ButtonKind, Dialog, FormView, IconName, TextAreaField, use_save},
    hooks::{Errors, bind, both, optional_text, set_to, use_page_form},
};

/// Properties of [`CloseYearButton`].
#[derive(Properties, PartialEq)]
pub struct CloseYearButtonProps {
    pub year: YearView,
    pub onchanged: Callback<()>,
}

/// The button and its dialog.
#[component]
pub fn CloseYearButton(props: &CloseYearButtonProps) -> Html {
    let CloseYearButtonProps { year, onchanged } = props;
    let open = use_state(|| false);
    let ondone = both(&set_to(&open, false), onchanged);
    html! {
        <>
            <Button kind={ButtonKind::Primary} icon={IconName::Lock} onclick={set_to(&open, true)}>{ t!("结账") }</Button>
            <Dialog open={*open} title={t!("{year} 年度结账", year = year.training_year)} onclose={set_to(&open, false)}>
                <CloseYearForm year={year.clone()} {ondone} oncancel={set_to(&open, false)} />
            </Dialog>
        </>
    }
}

/// Why each kind of open matters is waived, and a note.
#[derive(Clone, Default)]
struct Draft {
    /// The kinds that are open.
    open: Vec<YearMatterKind>,
    hours_decision: String,
    hours_service_unconfirmed: String,
    hours_own: String,
    suspected: String,
    hours_flagged: String,
    hours_project_end: String,
    projects: String,
    appointments: String,
    exemptions: String,
    note: String,
}

impl Draft {
    fn reason(&self, kind: YearMatterKind) -> (&'static str, &str) {
        match kind {
            YearMatterKind::HoursDecision => ("/hours_decision", &self.hours_decision),
            YearMatterKind::HoursServiceUnconfirmed => ("/hours_service_unconfirmed", &self.hours_service_unconfirmed),
            YearMatterKind::HoursOwn => ("/hours_own", &self.hours_own),
            YearMatterKind::Suspected => ("/suspected", &self.suspected),
            YearMatterKind::HoursFlagged => ("/hours_flagged", &self.hours_flagged),
            YearMatterKind::HoursProjectEnd => ("/hours_project_end", &self.hours_project_end),
            YearMatterKind::Projects => ("/projects", &self.projects),
            YearMatterKind::Appointments => ("/appointments", &self.appointments),
            YearMatterKind::Exemptions => ("/exemptions", &self.exemptions),
        }
    }

    fn to_wire(&self) -> Result<CloseYear, Vec<FieldError>> {
        let required: Vec<_> = self.open.iter().map(|kind| self.reason(*kind)).collect();
        let errors = Errors::required(&required);
        let waive =
            |kind: &YearMatterKind| WaiveMatters { kind: *kind, reason: self.reason(*kind).1.trim().to_owned() };
        let waive = self.open.iter().map(waive).collect();
        errors.build(|| Some(CloseYear { waive, note: optional_text(&self.note) }))
    }
}

#[derive(Properties, PartialEq)]
struct CloseYearFormProps {
    year: YearView,
    ondone: Callback<()>,
    oncancel: Callback<()>,
}

#[component]
fn CloseYearForm(props: &CloseYearFormProps) -> Html {
    let CloseYearFormProps { year, ondone, oncancel } = props;
    let number = year.training_year;
    let open: Vec<YearMatterKind> = year.open_matters.iter().map(|matters| matters.kind).collect();
    let form = use_page_form(|| Draft { open, ..Draft::default() });
    let done = ondone.clone();
    let submit = use_save(
        &form,
        Draft::to_wire,
        move |client, body| async move { close_year(&client, number, &body).await },
        move |_| t!("{year} 年度已结账", year = number),
        move |_| done.emit(()),
    );
    let field = |kind: YearMatterKind| {
        let bind = match kind {
            YearMatterKind::HoursDecision => bind!(form.hours_decision),
            YearMatterKind::HoursServiceUnconfirmed => bind!(form.hours_service_unconfirmed),
            YearMatterKind::HoursOwn => bind!(form.hours_own),
            YearMatterKind::Suspected => bind!(form.suspected),
            YearMatterKind::HoursFlagged => bind!(form.hours_flagged),
            YearMatterKind::HoursProjectEnd => bind!(form.hours_project_end),
            YearMatterKind::Projects => bind!(form.projects),
            YearMatterKind::Appointments => bind!(form.appointments),
            YearMatterKind::Exemptions => bind!(form.exemptions),
        };
        html! {
            <TextAreaField label={t!("不处理{matters}的理由", matters = t!(kind.label()))} required=true rows=2 maxlength="500" {bind} />
        }
    };
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("结账")} narrow=true oncancel={oncancel.clone()} label={t!("{year} 年度结账", year = number)}>
            <p>{ t!("结账后，{year} 年度每名教师所属的单位、应修学时、已认定学时和达标情况固定下来，不再随任职、减免和参数变化；以后认定或作废该年度的学时须填写理由，另计为补录。只有重新打开该年度才能改变。", year = number) }</p>
            if !year.open_matters.is_empty() {
                <p>{ t!("还有未了事项。请先处理，或逐类填写不处理的理由：") }</p>
                { matters(&year.open_matters) }
                { for year.open_matters.iter().map(|matters| field(matters.kind)) }
            }
            <TextAreaField label={t!("备注")} rows=2 maxlength="500" bind={bind!(form.note)} />
        </FormView>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_open_kind_asks_for_a_reason() {
        let open = vec![YearMatterKind::Projects, YearMatterKind::Suspected];
        let draft = Draft { open, projects: "六月结束".into(), ..Draft::default() };
        let faults = draft.to_wire().err().unwrap_or_default();
        assert_eq!(faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["/suspected"]);
        let waived = Draft { suspected: "已核对".into(), ..draft }.to_wire().map(|close| close.waive.len());
        assert_eq!(waived, Ok(2));
    }
}
