create view shared.policy_settings as select policy, settings from policy.settings;
comment on view shared.policy_settings is 'How strict an installation wants to be; what nobody decided is left out.';
