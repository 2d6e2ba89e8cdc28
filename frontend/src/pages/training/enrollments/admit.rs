//! The dialog that admits participants; once a project runs, it asks from which day on.

use chrono::NaiveDate;
use songjiao_types::projects::{ProjectStatus, ProjectView};
use yew::prelude::*;

use crate::{
    components::{ConfirmDialog, DateField},
    format,
    hooks::Bind,
};

/// Properties of [`AdmitDialog`].
#[derive(Properties, PartialEq)]
pub struct AdmitDialogProps {
    pub project: ProjectView,
    pub title: AttrValue,
    pub confirm: AttrValue,
    pub busy: bool,
    /// Gets the first day that concerns the participants, if the user names one.
    pub onconfirm: Callback<Option<NaiveDate>>,
    pub oncancel: Callback<()>,
    pub children: Html,
}

/// Confirms an admission.
#[component]
pub fn AdmitDialog(props: &AdmitDialogProps) -> Html {
    let AdmitDialogProps { project, title, confirm, busy, onconfirm, oncancel, children } = props;
    let admitted_on = use_state(|| None::<NaiveDate>);
    let today = format::today();
    let ahead = admitted_on.is_some_and(|day| day > today);
    let confirm_admission = {
        let (day, onconfirm) = (*admitted_on, onconfirm.clone());
        Callback::from(move |()| {
            if !ahead {
                onconfirm.emit(day);
            }
        })
    };
    let bind = Bind {
        id: "admitted-on".into(),
        value: *admitted_on,
        error: ahead.then(|| t!("录取日期不能晚于今天").into()),
        original: None,
        onchange: {
            let admitted_on = admitted_on.setter();
            Callback::from(move |day| admitted_on.set(day))
        },
    };
    html! {
        <ConfirmDialog open=true {title} {confirm} danger=false busy={*busy} onconfirm={confirm_admission} oncancel={oncancel.clone()}>
            <div class="stack">
                { children.clone() }
                if project.status == ProjectStatus::Running {
                    <DateField label={t!("自哪天起参加")} {bind} min={project.starts_on} max={today}
                        hint={t!("中途参加的学员，这一天以前的活动不算缺勤。不填则自今天起；还没有登记过考勤的，自项目第一天起。")} />
                }
            </div>
        </ConfirmDialog>
    }
}
