use songjiao_tests::TestApp as _;
