//! The closed vocabularies of a flow: what kind of data, in which form, for what, by which operation, between whom.

use crate::token::{TokenSet, tokens};

tokens! {
    /// What kind of data.
    Category, "data category", {
        IdentityBasic = "identity_basic",
        GovId = "gov_id",
        OnlineId = "online_id",
        Behavioural = "behavioural",
        CommsContent = "comms_content",
        CommsMetadata = "comms_metadata",
        LocationCoarse = "location_coarse",
        LocationPrecise = "location_precise",
        Financial = "financial",
        PaymentSystem = "payment_system",
        CreditInfo = "credit_info",
        Insurance = "insurance",
        Health = "health",
        Ehr = "ehr",
        MyHealthRecord = "my_health_record",
        Genomic = "genomic",
        OmicOther = "omic_other",
        Biometric = "biometric",
        FaceImages = "face_images",
        SpecialBelief = "special_belief",
        SexLife = "sex_life",
        Criminal = "criminal",
        Children = "children",
        Education = "education",
        Employee = "employee",
        TelecomSubscriber = "telecom_subscriber",
        PublicSector = "public_sector",
        StateSecret = "state_secret",
        UsGovRelated = "us_gov_related",
        TaxReturnInfo = "tax_return_info",
        ImportantData = "important_data",
        CoreData = "core_data",
        CriticalInfra = "critical_infra",
        Geospatial = "geospatial",
        ExportControlledItar = "export_controlled_itar",
        ExportControlledEar = "export_controlled_ear",
        ModelWeights = "model_weights",
        NonpersonalIndustrial = "nonpersonal_industrial",
        TradeSecret = "trade_secret",
        BooksRecords = "books_records",
    }
}

tokens! {
    /// The form the data are in; only the estate and the border itself may state it.
    Form, "form of the data", {
        Raw = "raw",
        Pseudonymised = "pseudonymised",
        Encrypted = "encrypted",
        DeidentifiedHipaa = "deidentified_hipaa",
        Anonymised = "anonymised",
        Aggregated = "aggregated",
        Synthetic = "synthetic",
        OpenPublic = "open_public",
        Embeddings = "embeddings",
    }
}

tokens! {
    /// What the data are used for.
    Purpose, "purpose", {
        Inference = "inference",
        Training = "training",
        RagIndex = "rag_index",
        Evaluation = "evaluation",
        Hosting = "hosting",
        Backup = "backup",
        HrAdmin = "hr_admin",
        PaymentProcessing = "payment_processing",
        CreditScoring = "credit_scoring",
        FraudAml = "fraud_aml",
        CustomerService = "customer_service",
        Marketing = "marketing",
        Segmentation = "segmentation",
        LeadScoring = "lead_scoring",
        AdTargeting = "ad_targeting",
        Personalization = "personalization",
        DynamicPricing = "dynamic_pricing",
        Attribution = "attribution",
        LoyaltyProgram = "loyalty_program",
        HealthcareDelivery = "healthcare_delivery",
        HealthResearch = "health_research",
        ScientificResearch = "scientific_research",
        Statistics = "statistics",
        PublicService = "public_service",
        EducationService = "education_service",
        LawEnforcement = "law_enforcement",
        LegalClaims = "legal_claims",
        ForeignAuthorityRequest = "foreign_authority_request",
        ContractPerformance = "contract_performance",
        DataBrokerage = "data_brokerage",
        SecurityTelemetry = "security_telemetry",
        OpenDataPublication = "open_data_publication",
        RecruitmentScreening = "recruitment_screening",
        EssentialServiceEligibility = "essential_service_eligibility",
        EmotionRecognitionWorkplace = "emotion_recognition_workplace",
        EmotionRecognitionEducation = "emotion_recognition_education",
        SocialScoring = "social_scoring",
        UntargetedFaceScraping = "untargeted_face_scraping",
        BiometricCategorisation = "biometric_categorisation",
        PredictivePolicingProfile = "predictive_policing_profile",
        RealtimeRbiPolice = "realtime_rbi_police",
        Manipulation = "manipulation",
        VulnerabilityExploitation = "vulnerability_exploitation",
        IntimateImageGeneration = "intimate_image_generation",
        PoliticalAdvertising = "political_advertising",
        CriticalInfrastructureOperation = "critical_infrastructure_operation",
        MigrationControl = "migration_control",
        JudicialDecision = "judicial_decision",
        BiometricIdentification = "biometric_identification",
    }
}

tokens! {
    /// What is done with the data on the other side.
    Operation, "operation", {
        Store = "store",
        ProcessInClear = "process_in_clear",
        ProcessBlind = "process_blind",
        RemoteAccess = "remote_access",
        InitialCollection = "initial_collection",
        Replicate = "replicate",
        Transit = "transit",
    }
}

tokens! {
    /// What kind of body an exporter or importer is.
    PartyKind, "party kind", {
        Private = "private",
        PublicBody = "public_body",
        FinancialEntity = "financial_entity",
        PaymentOperator = "payment_operator",
        HealthProvider = "health_provider",
        Ciio = "ciio",
        SignificantFiduciary = "significant_fiduciary",
        Telecom = "telecom",
        DataBroker = "data_broker",
        Research = "research",
        OnlinePlatform = "online_platform",
        Gatekeeper = "gatekeeper",
        CloudProvider = "cloud_provider",
        EuInstitution = "eu_institution",
        AiProvider = "ai_provider",
        DefenseContractor = "defense_contractor",
    }
}

tokens! {
    /// The relation between exporter and importer.
    Relation, "relation", {
        VendorAgreement = "vendor_agreement",
        DataBrokerage = "data_brokerage",
        EmploymentAgreement = "employment_agreement",
        InvestmentAgreement = "investment_agreement",
        IntraGroup = "intra_group",
        ControllerToController = "controller_to_controller",
        AgentOnly = "agent_only",
    }
}

tokens! {
    /// What a volume counts.
    VolumeUnit, "volume unit", {
        Persons = "persons",
        Devices = "devices",
        Records = "records",
    }
}

tokens! {
    /// Over which time a volume counts.
    VolumeWindow, "volume window", {
        TwelveMonths = "12_months",
        SinceJan1 = "since_jan_1",
        SinceJan1PreviousYear = "since_jan_1_previous_year",
    }
}

impl Category {
    /// Whether the category describes people, so that its presence makes a flow personal by default.
    pub fn describes_people(self) -> bool {
        use Category as C;
        !matches!(
            self,
            C::PublicSector
                | C::StateSecret
                | C::ImportantData
                | C::CoreData
                | C::CriticalInfra
                | C::Geospatial
                | C::ExportControlledItar
                | C::ExportControlledEar
                | C::ModelWeights
                | C::NonpersonalIndustrial
                | C::TradeSecret
                | C::BooksRecords
        )
    }
}

impl Form {
    /// Whether data in this form are, by default, no longer about identifiable people.
    pub fn leaves_people_out(self) -> bool {
        matches!(self, Form::Anonymised | Form::Aggregated | Form::Synthetic)
    }
}

/// A set of data categories.
pub type Categories = TokenSet<Category>;
/// A set of purposes.
pub type Purposes = TokenSet<Purpose>;

#[cfg(test)]
mod tests {
    use super::{Category, Purpose};
    use crate::Token;

    #[test]
    fn vocabularies_fit_one_word() {
        assert!(Category::ALL.len() <= 64 && Purpose::ALL.len() <= 64);
    }

    #[test]
    fn an_unknown_word_names_the_nearest() {
        let error = "identity_basik".parse::<Category>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown data category `identity_basik`; the nearest known one is `identity_basic`"
        );
    }
}
