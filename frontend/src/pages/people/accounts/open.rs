//! Dialogs that open accounts for many teachers or schools at once.

use std::rc::Rc;

use songjiao_types::{
    FieldError, OrganizationId, Permission, Role, TeacherId, WireEnum,
    accounts::{OpenSchoolAccounts, OpenTeacherAccounts, OpenedAccounts, SkippedAccount},
    users::UserView,
};
use yew::prelude::*;

use super::slips::{IssueButton, IssueTarget};
use crate::{
    api::accounts::{open_school_accounts, open_teacher_accounts},
    components::{Button, ButtonKind, Dialog, FormView, IconName, Notice, OptionField, TextField, Tone},
    hooks::{bind, check, required, set_to, use_form, use_submit},
    i18n::heading,
    session::use_session,
};

/// Whom accounts are opened for.
#[derive(Clone, PartialEq)]
pub enum OpenTarget {
    /// These teachers.
    Teachers(Vec<TeacherId>),
    /// All teachers of an organization and below it who have none.
    Organization(OrganizationId),
}

/// Properties of [`OpenTeachersButton`].
#[derive(Properties, PartialEq)]
pub struct OpenTeachersButtonProps {
    pub target: OpenTarget,
    pub text: AttrValue,
    #[prop_or_default]
    pub kind: ButtonKind,
    /// Called when accounts were opened.
    pub onopened: Callback<()>,
}

/// Asks for role and user names, and opens the accounts.
#[component]
pub fn OpenTeachersButton(props: &OpenTeachersButtonProps) -> Html {
    let OpenTeachersButtonProps { target, text, kind, onopened } = props;
    let open = use_state(|| false);
    html! {
        <>
            <Button kind={*kind} icon={IconName::Plus} onclick={set_to(&open, true)}>{ text }</Button>
            <Dialog open={*open} title={t!("开通教师账号")} onclose={finished(&open, onopened)}>
                <TeachersForm target={target.clone()} onclose={finished(&open, onopened)} />
            </Dialog>
        </>
    }
}

/// Closes a dialog and reads the list again.
fn finished(open: &UseStateHandle<bool>, onopened: &Callback<()>) -> Callback<()> {
    let (open, onopened) = (open.clone(), onopened.clone());
    Callback::from(move |()| {
        open.set(false);
        onopened.emit(());
    })
}

#[derive(Clone)]
struct Draft {
    target: Option<OpenTarget>,
    /// The identifier of the role.
    role: String,
    username_pattern: String,
}

impl Draft {
    fn to_wire(&self) -> Result<OpenTeacherAccounts, Vec<FieldError>> {
        required(&[("/username_pattern", &self.username_pattern)])?;
        let base = OpenTeacherAccounts {
            role: Role::from_identifier(&self.role),
            username_pattern: Some(self.username_pattern.trim().to_owned()),
            ..OpenTeacherAccounts::default()
        };
        check(match &self.target {
            Some(OpenTarget::Teachers(ids)) => OpenTeacherAccounts { teacher_ids: Some(ids.clone()), ..base },
            Some(OpenTarget::Organization(id)) => OpenTeacherAccounts { organization_id: Some(*id), ..base },
            None => base,
        })
    }
}

#[derive(Properties, PartialEq)]
struct TeachersFormProps {
    target: OpenTarget,
    onclose: Callback<()>,
}

#[component]
fn TeachersForm(props: &TeachersFormProps) -> Html {
    let TeachersFormProps { target, onclose } = props;
    let session = use_session();
    let opened = use_state(|| None::<Rc<OpenedAccounts>>);
    let form = use_form(|| Draft {
        target: Some(target.clone()),
        role: Role::Teacher.as_str().to_owned(),
        username_pattern: "{teacher_no}".to_owned(),
    });
    let submit = {
        let opened = opened.clone();
        use_submit(
            &form,
            Draft::to_wire,
            |client, body| async move { open_teacher_accounts(&client, &body).await },
            move |answer| opened.set(Some(Rc::new(answer.value))),
        )
    };
    if let Some(opened) = &*opened {
        return outcome(opened, onclose);
    }
    let options: Vec<(AttrValue, AttrValue)> = [Role::Teacher, Role::TeamLeader, Role::TeamMember]
        .map(|role| (role.as_str().into(), t!(role.label()).into()))
        .into();
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("开通")} narrow=true oncancel={onclose.clone()} label={t!("开通教师账号")}>
            <p>{ match target {
                OpenTarget::Teachers(ids) => t!("为所选的 {count} 名教师开通账号。", count = ids.len()),
                OpenTarget::Organization(_) => t!("为本单位及下属单位所有在岗而未开通的教师开通账号。").to_owned(),
            } }</p>
            if session.can(Permission::TeamsWrite) {
                <OptionField label={heading::<UserView>("role")} required=true {options} bind={bind!(form.role)} />
            }
            <TextField label={t!("用户名规则")} required=true maxlength="64" bind={bind!(form.username_pattern)}
                hint={t!("花括号处代入：teacher_no 教师编号，organization_code 单位编号，initials 姓名拼音首字母。")} />
            <p class="muted">{ t!("账号没有初始密码：开通后打印激活单，由本人设置密码。") }</p>
        </FormView>
    }
}

/// What was opened, what was not and why, and the next step.
fn outcome(opened: &Rc<OpenedAccounts>, onclose: &Callback<()>) -> Html {
    let count = opened.user_ids.len();
    html! {
        <>
            if count > 0 {
                <Notice tone={Tone::Success} title={t!("已开通 {count} 个账号", count)}>{ t!("下一步：打印激活单，裁开后发给本人。") }</Notice>
            } else {
                <Notice title={t!("没有开通新账号")}>{ t!("都已有账号，或不符合开通条件。") }</Notice>
            }
            if !opened.skipped.is_empty() {
                <Notice tone={Tone::Warning} title={t!("{count} 人没有开通", count = opened.skipped.len())}>
                    <ul>{ for opened.skipped.iter().take(SHOWN).map(skipped) }</ul>
                    if opened.skipped.len() > SHOWN { <p>{ t!("其余 {count} 人原因类似，未一一列出。", count = opened.skipped.len() - SHOWN) }</p> }
                </Notice>
            }
            <div class="form__actions">
                if count > 0 {
                    <IssueButton kind={ButtonKind::Primary} text={t!("打印激活单")} target={IssueTarget::Users(opened.user_ids.clone())} />
                }
                <Button onclick={onclose.reform(|_: MouseEvent| ())}>{ t!("完成") }</Button>
            </div>
        </>
    }
}

/// The most reasons shown at once.
const SHOWN: usize = 20;

fn skipped(account: &SkippedAccount) -> Html {
    html! { <li>{ &account.name }{ t!("（{number}）：", number = account.number) }{ &account.message }</li> }
}

/// Properties of [`OpenSchoolsButton`].
#[derive(Properties, PartialEq)]
pub struct OpenSchoolsButtonProps {
    pub organization_id: OrganizationId,
    pub onopened: Callback<()>,
}

/// Opens an account for the clerk of each school that has none.
#[component]
pub fn OpenSchoolsButton(props: &OpenSchoolsButtonProps) -> Html {
    let open = use_state(|| false);
    let onclose = finished(&open, &props.onopened);
    html! {
        <>
            <Button icon={IconName::Building} onclick={set_to(&open, true)}>{ t!("开通学校管理员账号") }</Button>
            <Dialog open={*open} title={t!("开通学校管理员账号")} onclose={onclose.clone()}>
                <SchoolsForm organization_id={props.organization_id} {onclose} />
            </Dialog>
        </>
    }
}

#[derive(Clone)]
struct SchoolsDraft {
    organization_id: OrganizationId,
    username_pattern: String,
}

#[derive(Properties, PartialEq)]
struct SchoolsFormProps {
    organization_id: OrganizationId,
    onclose: Callback<()>,
}

#[component]
fn SchoolsForm(props: &SchoolsFormProps) -> Html {
    let organization_id = props.organization_id;
    let opened = use_state(|| None::<Rc<OpenedAccounts>>);
    let form = use_form(|| SchoolsDraft { organization_id, username_pattern: "{organization_code}".to_owned() });
    let submit = {
        let opened = opened.clone();
        use_submit(
            &form,
            |draft: &SchoolsDraft| {
                required(&[("/username_pattern", &draft.username_pattern)])?;
                check(OpenSchoolAccounts {
                    organization_id: draft.organization_id,
                    username_pattern: Some(draft.username_pattern.trim().to_owned()),
                })
            },
            |client, body| async move { open_school_accounts(&client, &body).await },
            move |answer| opened.set(Some(Rc::new(answer.value))),
        )
    };
    if let Some(opened) = &*opened {
        return outcome(opened, &props.onclose);
    }
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("开通")} narrow=true oncancel={props.onclose.clone()}
            label={t!("开通学校管理员账号")}>
            <p>{ t!("为还没有学校管理员的每所中小学和幼儿园开通一个账号。") }</p>
            <TextField label={t!("用户名规则")} required=true maxlength="64" bind={bind!(form.username_pattern)}
                hint={t!("花括号处代入单位编号。")} />
        </FormView>
    }
}
