//! Which URL shows which page, and who may see it.

use songjiao_types::{
    ActivityId, CertificationId, DuplicateGroupId, HourRecordId, ImportId, LessonId, OrganizationId, Permission,
    ProjectId, TeacherId, TeamId, UserId, WebhookId,
};
use yew_router::Routable;

macro_rules! define_route {
    ($($bundle:ident $file:ident [$($ahead:ident)?] $($mark:ident)* $(($host:ident))? $(= $($part:ident)::+)? {
        $($section:ident => {
            $($route:ident $({ $argument:ident: $type:ty })? $path:literal [$($permission:ident)?] $($page:ident)::+,)*
        })*
    })*) => {
        /// The pages.
        #[derive(Clone, PartialEq, Routable)]
        pub enum Route {
            $($($(
                #[at($path)]
                $route $({ $argument: $type })?,
            )*)*)*
            #[not_found]
            #[at("/404")]
            NotFound,
        }

        impl Route {
            /// The permission that the page requires. `None`: anyone may see it without signing in.
            pub fn permission(&self) -> Option<Permission> {
                let permission: &[Permission] = match self {
                    $($($(Self::$route { .. } => &[$(Permission::$permission)?],)*)*)*
                    Self::NotFound => &[],
                };
                permission.first().copied()
            }

            /// The entry of the navigation to which the page belongs.
            #[must_use]
            pub fn section(&self) -> Self {
                match self {
                    $($($(Self::$route { .. } => Self::$section,)*)*)*
                    Self::NotFound => Self::NotFound,
                }
            }
        }
    };
}

route_table!(define_route);

/// The page at a path, if there is one. Slices refer to each other's pages by path.
pub fn page_at(path: &str) -> Option<Route> {
    Route::recognize(path).filter(|route| *route != Route::NotFound)
}

/// The absolute URL of a page, for use outside the application: on paper, on a phone. It begins with the public address of
/// the installation, without one with the address by which the page was opened.
pub fn absolute(route: &Route, public_url: Option<&str>) -> String {
    let opened = || web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    format!("{}{}", public_url.map_or_else(opened, str::to_owned), route.to_path())
}

/// The path and query to open after the sign-in: those requested if they are of this application, else the home page.
pub fn after_sign_in(next: Option<&str>) -> (String, String) {
    let next = next.unwrap_or("/");
    let (path, query) = next.split_once('?').unwrap_or((next, ""));
    let ours = path.starts_with('/') && !matches!(Route::recognize(path), None | Some(Route::Login | Route::NotFound));
    if ours { (path.to_owned(), query.to_owned()) } else { ("/".to_owned(), String::new()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Case D6
    #[test]
    fn a_printed_address_is_the_public_one() {
        let verify = Route::VerifyNumber { number: "SL2026-示-0007".into() };
        let address = absolute(&verify, Some("https://peixun.example.cn"));
        assert_eq!(address, "https://peixun.example.cn/verify/SL2026-%E7%A4%BA-0007");
    }

    #[test]
    fn a_route_survives_its_url() {
        let id: OrganizationId = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().expect("an id");
        let route = Route::EditOrganization { id };
        assert_eq!(route.to_path(), "/organizations/019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10/edit");
        assert!(Route::recognize(&route.to_path()) == Some(route));
        assert!(Route::recognize("/organizations/new") == Some(Route::NewOrganization));
        assert!(Route::recognize("/organizations/no-id") != Some(Route::Organizations));
        assert!(Route::recognize("/projects/new") == Some(Route::NewProject));
    }

    #[test]
    fn a_certificate_s_number_survives_its_url() {
        let route = Route::VerifyNumber { number: "SL2026-示-0007".into() };
        assert_eq!(route.to_path(), "/verify/SL2026-%E7%A4%BA-0007");
        assert!(Route::recognize(&route.to_path()) == Some(route));
    }

    #[test]
    fn sign_in_leads_only_to_pages_of_this_application() {
        assert_eq!(after_sign_in(Some("/users?q=%E5%BC%A0")), ("/users".to_owned(), "q=%E5%BC%A0".to_owned()));
        for elsewhere in ["//evil.example/x", "https://evil.example", "/login", "/nowhere", ""] {
            assert_eq!(after_sign_in(Some(elsewhere)).0, "/", "{elsewhere}");
        }
    }
}
