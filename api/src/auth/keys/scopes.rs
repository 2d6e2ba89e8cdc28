use songjiao_types::{Permission, WireEnum};

/// Writes a key's scopes as the database stores them, separated by spaces.
pub fn write_scopes(scopes: &[Permission]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

/// Reads stored scopes. A permission that no longer exists is dropped.
pub fn read_scopes(text: &str) -> Vec<Permission> {
    text.split(' ').filter_map(Permission::from_identifier).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_survive_being_kept() {
        let scopes = vec![Permission::HoursRead, Permission::HoursSubmit];
        assert_eq!(read_scopes(&write_scopes(&scopes)), scopes);
        assert_eq!(read_scopes("hours.read gone.permission"), [Permission::HoursRead]);
    }
}
