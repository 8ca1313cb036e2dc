create index environment_images_of_images on policy.environment_images (image_id) where valid_to is null;
