-- Release 0.1 kept a hash over an applicant's particulars beside the intake key: whoever guesses a person can test the
-- guess against it, also after the vault was erased. They are taken away; '' says that it is not known any more what
-- was sent. From now on the fingerprint says nothing of a person, and a person is compared in the vault.
alter table dossier_code disable trigger append_only;
update dossier_code set fingerprint = '' where fingerprint <> '';
alter table dossier_code enable always trigger append_only;
