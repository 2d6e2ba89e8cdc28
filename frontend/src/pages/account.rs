//! The user's own account: data, preferences and password.

use songjiao_types::{
    Role, WireEnum,
    auth::{ChangePassword, Me, PASSWORD_MIN},
    users::UserView,
};
use yew::prelude::*;

use crate::{
    api::auth::change_password,
    components::{FormView, KeyValues, Notice, PageHeader, PasswordField, Preferences, Section, Tone, use_save},
    hooks::{bind, check, field_error, required, set_to, use_form},
    i18n::heading,
    session::use_session,
};

#[derive(Clone, Default)]
struct Draft {
    current_password: String,
    new_password: String,
    again: String,
}

impl Draft {
    fn to_wire(&self) -> Result<ChangePassword, Vec<songjiao_types::FieldError>> {
        required(&[
            ("/current_password", &self.current_password),
            ("/new_password", &self.new_password),
            ("/again", &self.again),
        ])?;
        let body = check(ChangePassword {
            current_password: self.current_password.clone(),
            new_password: self.new_password.clone(),
        })?;
        if self.new_password == self.again {
            Ok(body)
        } else {
            Err(vec![field_error("/again", t!("两次输入的新密码不一致"))])
        }
    }
}

/// The account page. While the password is one set by somebody else, it is only the form to change it.
#[component]
pub fn AccountPage() -> Html {
    let session = use_session();
    // Part of the form's key: each change resets the form.
    let changes = use_state(|| 0_u32);
    let Some(me) = session.me() else { return Html::default() };
    if me.must_change_password {
        return html! { <FirstPassword /> };
    }
    let items = vec![
        (heading::<UserView>("username"), html! { <code>{ &me.username }</code> }),
        (heading::<UserView>("name"), html! { &me.name }),
        (heading::<UserView>("role"), html! { t!(me.role.label()) }),
        (
            heading::<UserView>("organization_name"),
            html! { t!("{name}（{code}）", name = me.organization.name, code = me.organization.code) },
        ),
        (heading::<UserView>("scope_name"), html! { scope(me) }),
    ];
    let onchanged = set_to(&changes, *changes + 1);
    html! {
        <>
            <PageHeader title={t!("我的账号")} />
            <Section title={t!("账号信息")}>
                <KeyValues {items} />
                <p class="muted small">{ t!("姓名、角色和单位由管理员维护，如有变动请联系教育局管理员。") }</p>
            </Section>
            <Section title={t!("界面")}>
                <Preferences />
                <p class="muted small">{ t!("只影响当前浏览器。") }</p>
            </Section>
            <Section title={t!("修改密码")}><PasswordForm key={changes.to_string()} {onchanged} /></Section>
        </>
    }
}

/// What the user sees.
fn scope(me: &Me) -> String {
    match me.role {
        Role::Teacher => t!("本人记录").to_owned(),
        role if role.sees_by_assignment() => t!("本人记录和本团队的项目").to_owned(),
        _ => t!("{name}及其下属单位", name = me.scope.name),
    }
}

/// The page until the initial password is changed.
#[component]
fn FirstPassword() -> Html {
    html! {
        <>
            <PageHeader title={t!("设置新密码")} />
            <Section>
                <Notice tone={Tone::Warning} title={t!("请先修改初始密码")}>
                    { t!("当前密码由他人设置。为保护账号安全，修改后才能使用其他功能。") }
                </Notice>
                <PasswordForm onchanged={Callback::noop()} />
            </Section>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct PasswordFormProps {
    onchanged: Callback<()>,
}

#[component]
fn PasswordForm(props: &PasswordFormProps) -> Html {
    let form = use_form(Draft::default);
    let changed = props.onchanged.clone();
    let submit = use_save(
        &form,
        Draft::to_wire,
        |client, body| async move { change_password(&client, &body).await },
        |()| t!("密码已修改，其他设备上的登录已失效"),
        move |()| changed.emit(()),
    );
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("修改密码")} narrow=true label={t!("修改密码")}>
            <PasswordField label={t!("当前密码")} autocomplete="current-password"
                bind={bind!(form.current_password)} />
            <PasswordField label={t!("新密码")} autocomplete="new-password"
                hint={t!("至少 {PASSWORD_MIN} 个字符，不能是常见密码。建议用几个不相关的词连成一句。", PASSWORD_MIN)}
                bind={bind!(form.new_password)} />
            <PasswordField label={t!("再次输入新密码")} autocomplete="new-password" bind={bind!(form.again)} />
        </FormView>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(draft: &Draft) -> Vec<String> {
        draft.to_wire().err().unwrap_or_default().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn a_new_password_is_typed_twice_and_long_enough() {
        let mut draft = Draft { current_password: "old".into(), new_password: "short".into(), again: "short".into() };
        assert_eq!(pointers(&draft), ["/new_password"]);
        draft.new_password = "松花江畔的清晨很安静呀".into();
        draft.new_password.push_str("二〇二六");
        assert_eq!(pointers(&draft), ["/again"]);
        draft.again = draft.new_password.clone();
        assert!(draft.to_wire().is_ok());
        assert_eq!(pointers(&Draft::default()).len(), 3);
    }
}
